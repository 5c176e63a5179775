import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TestDashboard } from '../../testing/dashboard.ts'
import { Oidc } from './oidc.ts'

const REDIRECT = 'http://127.0.0.1:8080/api/v1/session/oidc/callback'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A sign-in that believes everyone: who comes is `person`. */
class Bureau {
  person = 'li'
  readonly #server: Server
  readonly #codes = new Map<string, { nonce: string; challenge: string }>()

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url!, this.issuer)
      const answer = pathname === '/token' ? this.#token(new URLSearchParams(await text(request))) : this.#publish(pathname)
      response
        .writeHead(answer ? 200 : 400, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer ?? { error: 'invalid_grant' }))
    })
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  open(): Promise<void> {
    return new Promise((done) => this.#server.listen(0, '127.0.0.1', done))
  }

  close(): void {
    this.#server.close()
  }

  /** What the person's browser is sent back with. */
  visit(address: string): string {
    const asked = new URL(address).searchParams
    const code = randomBytes(8).toString('hex')
    this.#codes.set(code, { nonce: asked.get('nonce')!, challenge: asked.get('code_challenge')! })
    return `?code=${code}&state=${asked.get('state')}&iss=${encodeURIComponent(this.issuer)}`
  }

  #publish(pathname: string): object {
    if (pathname === '/jwks') return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] }
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }

  #token(form: URLSearchParams): object | undefined {
    const known = this.#codes.get(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!known || proof !== known.challenge) return undefined
    this.#codes.delete(form.get('code')!)
    const now = Math.floor(Date.now() / 1000)
    const { nonce } = known
    const claims = {
      iss: this.issuer,
      sub: '1',
      aud: 'fundwatch',
      iat: now,
      exp: now + 60,
      nonce,
      preferred_username: this.person,
    }
    const signed = `${encode({ alg: 'RS256', kid: 'k' })}.${encode(claims)}`
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')
    return { access_token: 'a', token_type: 'bearer', id_token: `${signed}.${signature}` }
  }
}

const bureau = new Bureau()
let dashboard: TestDashboard
beforeAll(() => bureau.open())
afterAll(() => bureau.close())
afterEach(() => dashboard.stop())

async function start(): Promise<void> {
  const options = { issuer: bureau.issuer, clientId: 'fundwatch', clientSecret: 's', redirectUrl: REDIRECT }
  const oidc = new Oidc({ ...options, claim: 'preferred_username', key: randomBytes(32) })
  dashboard = await TestDashboard.start({ oidc })
  await dashboard.access.addUser({ username: 'li', roles: ['officer'], scope: ['990000'] }, 'Careful-Reader-7', { by: 'boss' })
}

async function leave() {
  const answer = await dashboard.app.inject('/api/v1/session/oidc/start')
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!
  return { address: String(answer.headers.location), cookie }
}
const comeBack = (query: string, cookie: string) =>
  dashboard.app.inject({ url: `/api/v1/session/oidc/callback${query}`, headers: { cookie } })
function sessionIn(headers: Record<string, unknown>): string | undefined {
  const cookies = [headers['set-cookie']].flat().map(String)
  return cookies.find((one) => one.startsWith('fundwatch_session='))?.split(';')[0]
}

describe('the bureau’s sign-in', () => {
  it('lets in whom it vouches for, with the rights that stand here', async () => {
    await start()
    expect((await dashboard.app.inject('/api/v1/session/oidc')).json()).toEqual({ enabled: true })
    const { address, cookie } = await leave()
    expect(address).toContain(`${bureau.issuer}/authorize?`)
    const back = await comeBack(bureau.visit(address), cookie)
    expect([back.statusCode, back.headers.location]).toEqual([302, '/'])
    const me = await dashboard.app.inject({ url: '/api/v1/me', headers: { cookie: sessionIn(back.headers)! } })
    expect(me.json()).toMatchObject({ username: 'li', roles: ['officer'], scope: ['990000'] })
  })

  it('makes no account, and opens none that is disabled', async () => {
    await start()
    bureau.person = 'stranger'
    const first = await leave()
    const stranger = await comeBack(bureau.visit(first.address), first.cookie)
    expect([stranger.headers.location, sessionIn(stranger.headers)]).toEqual(['/?sign_in=refused', undefined])
    bureau.person = 'li'
    await dashboard.access.disableUser('li', 'boss')
    const second = await leave()
    expect((await comeBack(bureau.visit(second.address), second.cookie)).headers.location).toBe('/?sign_in=refused')
  })

  it('is not believed when another browser brings the answer, or the same answer comes twice', async () => {
    await start()
    const mine = await leave()
    const theirs = await leave()
    const query = bureau.visit(mine.address)
    for (const cookie of [theirs.cookie, 'fundwatch_oidc=rubbish', '']) {
      const refused = await comeBack(query, cookie)
      expect([refused.headers.location, sessionIn(refused.headers)]).toEqual(['/?sign_in=refused', undefined])
    }
    expect((await comeBack(query, mine.cookie)).headers.location).toBe('/')
    expect((await comeBack(query, mine.cookie)).headers.location).toBe('/?sign_in=refused')
  })
})

describe('without configuration', () => {
  it('there is no such door', async () => {
    dashboard = await TestDashboard.start()
    expect((await dashboard.app.inject('/api/v1/session/oidc')).json()).toEqual({ enabled: false })
    expect((await dashboard.app.inject('/api/v1/session/oidc/start')).statusCode).toBe(404)
  })
})
