import * as client from 'openid-client'
import { FundwatchError } from '../../../schemas/errors.ts'
import { type Instant, MINUTE } from '../../../schemas/time.ts'
import { Sealer } from './sealer.ts'

export interface OidcOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where the bureau sends people back to: this server's `/api/v1/session/oidc/callback` as they reach it. */
  readonly redirectUrl: string
  /** The claim that holds the user name. */
  readonly claim: string
  /** 32 bytes that seal what a browser carries there and back. */
  readonly key: Uint8Array
  readonly now?: () => Instant
}

interface Journey {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly until: Instant
}

/** How long a person may take at the bureau's sign-in. */
const JOURNEY_MAX = 10 * MINUTE
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/

/** The bureau's own sign-in (OpenID Connect, authorisation code with PKCE). It vouches for people; what they may do stands here. */
export class Oidc {
  readonly #options: OidcOptions
  readonly #sealer: Sealer
  readonly #now: () => Instant
  #discovering: Promise<client.Configuration> | undefined

  constructor(options: OidcOptions) {
    this.#options = options
    this.#sealer = new Sealer(options.key)
    this.#now = options.now ?? Date.now
  }

  /** Where to send a browser, and what it must bring back. */
  async begin(): Promise<{ url: string; journey: string }> {
    const config = await this.#config()
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    const nonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.#options.redirectUrl,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const journey: Journey = { state, nonce, verifier, until: this.#now() + JOURNEY_MAX }
    return { url: url.href, journey: this.#sealer.seal(JSON.stringify(journey)) }
  }

  /**
   * The name of the person for whom the bureau vouches.
   * @param query what the bureau has added to the address of the callback
   * @throws FundwatchError `OIDC_REFUSED`
   */
  async finish(query: string, sealed: string): Promise<string> {
    try {
      const { state, nonce, verifier, until } = JSON.parse(this.#sealer.open(sealed)) as Journey
      if (until < this.#now()) throw new Error('The sign-in took too long.')
      const url = new URL(this.#options.redirectUrl)
      url.search = query
      const expected = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
      const tokens = await client.authorizationCodeGrant(await this.#config(), url, expected)
      const name = tokens.claims()?.[this.#options.claim]
      if (typeof name !== 'string' || name === '') throw new Error(`There is no claim ${this.#options.claim}.`)
      return name
    } catch (error) {
      throw new FundwatchError('OIDC_REFUSED', 'The sign-in of the bureau did not vouch for anyone.', { cause: error })
    }
  }

  /** Asked when it is needed first: the bureau's server may be away when this one starts. */
  #config(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options
    this.#discovering ??= client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      // Without TLS only on this machine.
      execute: LOOPBACK.test(issuer) ? [client.allowInsecureRequests] : [],
    })
    this.#discovering.catch(() => {
      this.#discovering = undefined
    })
    return this.#discovering
  }
}
