import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { ADMIN_PASSWORD, type TestDashboard } from './dashboard.ts'
import { PATIENCE_MS, type PageBench, seen } from './page.ts'

const WHOLE = ['000000']
export const PANEL = ['qian', 'sun', 'zhou'] as const
/** The persons of the city; their numbers must stand in no address. A pharmacy has a code that begins like one. */
const PERSON_NUMBER = /P9900000\d{3}/

/** One of the people who handle cases, in a browser of their own. */
export class Colleague {
  readonly page: Page
  readonly username: string
  readonly address: string
  readonly #troubles: string[] = []

  private constructor(page: Page, username: string, address: string) {
    this.page = page
    this.username = username
    this.address = address
    page.setDefaultTimeout(PATIENCE_MS)
    const { host } = new URL(address)
    const watch = (url: string) => {
      if (new URL(url).host !== host) this.#troubles.push(`foreign: ${url}`)
      if (PERSON_NUMBER.test(decodeURIComponent(url))) this.#troubles.push(`a person in an address: ${url}`)
    }
    page.on('request', (request) => watch(request.url()))
    page.on('websocket', (socket) => watch(socket.url()))
    page.on('framenavigated', (frame) => watch(frame.url()))
    page.on('pageerror', (error) => this.#troubles.push(error.message))
  }

  /** Opens the page as somebody who has signed in already. */
  static async at(
    { bench, address }: Office,
    username: string,
    { language, width = 1280, height = 900 }: Form,
  ): Promise<Colleague> {
    const context = await bench.browser.newContext({ viewport: { width, height } })
    const data = { username, password: ADMIN_PASSWORD }
    const signedIn = await context.request.post(`${address}api/v1/session`, {
      data,
      headers: { origin: new URL(address).origin },
    })
    expect(signedIn.status(), username).toBe(200)
    await context.addInitScript(() => localStorage.setItem('fundwatch.signed_in', 'yes'))
    const colleague = new Colleague(await context.newPage(), username, address)
    await colleague.page.goto(`${address}?lang=${language}`)
    await colleague.#arrived()
    return colleague
  }

  /** Opens the page and signs in by keyboard, as everyone may. */
  static async byKeyboard({ bench, address }: Office, username: string, { language, width = 1280, height = 900 }: Form) {
    const context = await bench.browser.newContext({ viewport: { width, height } })
    const colleague = new Colleague(await context.newPage(), username, address)
    const { page } = colleague
    await page.goto(`${address}?lang=${language}`)
    await page.waitForSelector('[name=username]')
    await colleague.tabTo('[name=username]')
    await page.keyboard.type(username)
    await colleague.tabTo('[name=password]')
    await page.keyboard.type(ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await colleague.#arrived()
    return colleague
  }

  async #arrived(): Promise<void> {
    await this.page.waitForSelector('[data-testid=sign-out]')
    // Who reads no alerts has no live connection.
    if (await this.page.locator('[data-testid=conn]').count()) {
      await this.page.waitForSelector('[data-testid=conn][data-state=live]')
    }
  }

  /** Moves the focus to something by the Tab key alone. */
  async tabTo(selector: string): Promise<void> {
    await this.page.waitForSelector(selector)
    const there = () => this.page.evaluate((sought) => document.activeElement?.matches(sought) === true, selector)
    for (let steps = 0; steps < 150; steps++) {
      if (await there()) return
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`${selector} is not reached by the Tab key`)
  }

  async open(path: string, sign: string): Promise<void> {
    await this.goTo(path)
    await this.page.waitForSelector(`[data-testid=${sign}]`)
  }

  /** Goes to another place of the page, as a link does: the page is not loaded anew. */
  async goTo(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, `/${path}`)
  }

  /** Does something with the open alert; `fill` answers what the dialog asks. */
  async act(action: string, fill?: (page: Page) => Promise<void>): Promise<void> {
    const { page } = this
    const button = page.locator(`[data-testid=act-${action}]`)
    await page.waitForSelector('[data-testid=work]')
    await button.waitFor({ state: 'attached' })
    if (!(await button.isVisible())) await page.click('[data-testid=more-actions] > summary')
    await button.click()
    if (!fill) return
    await fill(page)
    await page.click('[data-testid=submit]')
    await this.dialogCloses(action)
  }

  /** Goes to an action's button by Tab, through the menu where it lies in one, and presses it. */
  async press(action: string): Promise<void> {
    const button = this.page.locator(`[data-testid=act-${action}]`)
    await button.waitFor({ state: 'attached' })
    if (!(await button.isVisible())) await this.pressAt('[data-testid=more-actions] > summary')
    await this.pressAt(`[data-testid=act-${action}]`)
    await this.page.waitForSelector('dialog')
  }

  /** Goes to something by Tab and presses Enter. */
  async pressAt(selector: string): Promise<void> {
    await this.tabTo(selector)
    await this.page.keyboard.press('Enter')
  }

  async write(field: string, text: string): Promise<void> {
    await this.tabTo(`dialog [name=${field}]`)
    await this.page.keyboard.type(text)
  }

  async send(action: string): Promise<void> {
    await this.page.keyboard.press('Control+Enter')
    await this.dialogCloses(action)
  }

  /** A dialog that stays open says why. */
  async dialogCloses(action: string): Promise<void> {
    await this.page.waitForSelector('dialog', { state: 'detached' }).catch(async () => {
      throw new Error(`${action}: ${await seen(this.page, 'dialog form > .complaint')}`)
    })
  }

  /** An action without the page: what the page offers for it is tried elsewhere. */
  async actBehind(alertId: string, order: object): Promise<void> {
    const refusal = await this.page.evaluate(
      async ({ alertId, order }) => {
        const whole = await (await fetch(`/api/v1/alerts/${alertId}`)).json()
        const answer = await fetch(`/api/v1/alerts/${alertId}/actions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...order, version: whole.work.state_version }),
        })
        return answer.ok ? '' : await answer.text()
      },
      { alertId, order },
    )
    expect(refusal).toBe('')
  }

  async reaches(state: string): Promise<void> {
    await this.page.waitForSelector(`[data-testid=work] .state-${state}`)
  }

  /** What the server itself answers to an action, whatever the page would offer. */
  async attempt(alertId: string, action: string): Promise<{ status: number; code: string }> {
    return this.page.evaluate(
      async ({ alertId, action }) => {
        const whole = await (await fetch(`/api/v1/alerts/${alertId}`)).json()
        const answer = await fetch(`/api/v1/alerts/${alertId}/actions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ action, note: 'tried all the same', version: whole.work.state_version }),
        })
        return { status: answer.status, code: (await answer.json()).code }
      },
      { alertId, action },
    )
  }

  /** Nothing stands out to the side: the page is as wide as its window. */
  async fits(): Promise<void> {
    const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow, this.page.url()).toBeLessThanOrEqual(0)
  }

  async leave(): Promise<void> {
    expect(this.#troubles).toEqual([])
    await this.page.context().close()
  }
}

/** How somebody sees the page. */
interface Form {
  readonly language: 'zh' | 'en'
  readonly width?: number
  readonly height?: number
}

/** A dashboard with people, and the browser that shows it. */
export interface Office {
  readonly bench: PageBench
  readonly dashboard: TestDashboard
  readonly address: string
}

/** A dashboard with an investigator who may also review, a second reviewer, and a panel. */
export async function openOffice(bench: PageBench): Promise<Office> {
  const dashboard = await bench.dashboard()
  const people = [
    ...PANEL.map((username) => [username, ['panel']] as const),
    ['wang', ['investigator', 'reviewer2']] as const,
    ['li', ['reviewer2']] as const,
    ['wu', ['audit_admin']] as const,
  ]
  for (const [username, roles] of people) {
    await dashboard.access.addUser({ username, roles: [...roles], scope: WHOLE }, ADMIN_PASSWORD, { by: 'admin' })
  }
  return { bench, dashboard, address: `http://${await dashboard.listen()}/` }
}
