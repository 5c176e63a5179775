import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { ADMIN_PASSWORD, type TestDashboard } from './testing/dashboard.ts'
import { accessibilityFaults, PageBench } from './testing/page.ts'

const ALERT = alertId(2)
const WHOLE = ['000000']
const PANEL = ['qian', 'sun', 'zhou']

let bench: PageBench
beforeAll(async () => {
  bench = await PageBench.open()
})
afterAll(() => bench.close())

/** One of the people who handle cases, in a browser of their own. */
class Colleague {
  readonly page: Page
  readonly address: string
  readonly #troubles: string[] = []

  private constructor(page: Page, address: string) {
    this.page = page
    this.address = address
    page.on('request', (request) => request.url().startsWith(address) || this.#troubles.push(`foreign: ${request.url()}`))
    page.on('pageerror', (error) => this.#troubles.push(error.message))
  }

  static async at(address: string, username: string, language: 'zh' | 'en', width = 1280): Promise<Colleague> {
    const context = await bench.browser.newContext({ viewport: { width, height: 900 } })
    const colleague = new Colleague(await context.newPage(), address)
    await colleague.page.goto(`${address}?lang=${language}`)
    await colleague.page.fill('[name=username]', username)
    await colleague.page.fill('[name=password]', ADMIN_PASSWORD)
    await colleague.page.keyboard.press('Enter')
    await colleague.page.waitForSelector('[data-testid=conn][data-state=live]')
    return colleague
  }

  async open(path: string, sign: string): Promise<void> {
    await this.page.goto(this.address + path)
    await this.page.waitForSelector(`[data-testid=${sign}]`)
  }

  /** Does something with the open alert; `fill` answers what the dialog asks. */
  async act(action: string, fill?: (page: Page) => Promise<void>): Promise<void> {
    const { page } = this
    const button = page.locator(`[data-testid=act-${action}]`)
    await page.waitForSelector('[data-testid=work]')
    if (!(await button.isVisible())) await page.click('[data-testid=more-actions] > summary')
    await button.click()
    if (!fill) return
    await fill(page)
    await page.click('[data-testid=submit]')
    await page.waitForSelector('dialog', { state: 'detached', timeout: 8_000 }).catch(async () => {
      throw new Error(`${action}: ${await seen(page, 'dialog form > .complaint')}`)
    })
  }

  async reaches(state: string): Promise<void> {
    await this.page.waitForSelector(`[data-testid=work] .state-${state}`)
  }

  async leave(): Promise<void> {
    expect(this.#troubles).toEqual([])
    await this.page.context().close()
  }
}

// biome-ignore lint/performance/useDomNodeTextContent: what is seen counts, not what stands in the document.
const seen = (page: Page, selector: string) => page.locator(selector).innerText()
const note = (text: string) => (page: Page) => page.fill('[name=note]', text)

async function office(): Promise<{ dashboard: TestDashboard; address: string }> {
  const dashboard = await bench.dashboard()
  for (const username of PANEL) {
    await dashboard.access.addUser({ username, roles: ['panel'], scope: WHOLE }, ADMIN_PASSWORD, { by: 'admin' })
  }
  for (const [username, role] of [
    ['wang', 'investigator'],
    ['li', 'reviewer2'],
  ] as const) {
    await dashboard.access.addUser(
      { username, roles: [role, ...(username === 'wang' ? (['reviewer2'] as const) : [])], scope: WHOLE },
      ADMIN_PASSWORD,
      { by: 'admin' },
    )
  }
  return { dashboard, address: `http://${await dashboard.listen()}/` }
}

describe.each([
  ['zh', 1920],
  ['en', 390],
] as const)('the way of an alert, in %s at %i pixels', (language, width) => {
  it('from its arrival to the dossier, by three persons', async () => {
    const { dashboard, address } = await office()
    const wang = await Colleague.at(address, 'wang', language, width)
    dashboard.log.append(cityAlert(0), cityAlert(1), cityAlert(2))
    await wang.page.waitForSelector(`[data-testid=feed-row-${ALERT}]`)

    await wang.open(`alerts/${ALERT}`, 'sentence')
    await wang.act('claim')
    await expect.poll(() => seen(wang.page, '[data-testid=owner]')).toContain('wang')
    await wang.act('assign', async (page) => void (await page.selectOption('[name=assignee]', 'wang')))
    await wang.reaches('FIRST_REVIEW')
    // A severe suspicion is held by itself; a person lets it go, and holds it again.
    await wang.page.waitForSelector('[data-testid=holds]')
    await wang.act('release_hold', note('先支付'))
    await wang.act('hold', note('存疑，先不支付'))
    await wang.act('notify', note('请说明'))
    await wang.reaches('APPEAL_OPEN')
    await wang.act('appeal', (page) => page.fill('[name=statement]', '本院无异议，只是扫码有误'))
    await wang.reaches('SECOND_REVIEW')
    await wang.page.waitForSelector('text=本院无异议')
    // Who made the first review does not make the second.
    await wang.page.waitForSelector('[data-testid=refused-uphold]')
    expect(await wang.page.locator('[data-testid=act-uphold]').count()).toBe(0)
    expect(await accessibilityFaults(wang.page)).toEqual([])

    const li = await Colleague.at(address, 'li', language, width)
    await li.open(`alerts/${ALERT}`, 'sentence')
    await li.act('uphold', note('仍应认定'))
    await li.reaches('REAPPEAL_OPEN')
    await wang.reaches('REAPPEAL_OPEN')

    await wang.page.click('[data-testid=open-case]')
    await wang.page.click('[data-testid=submit]')
    await wang.page.waitForSelector('[data-testid=case]')
    expect(await wang.page.locator('[data-testid=case-alerts] li').count()).toBe(1)
    const [download] = await Promise.all([wang.page.waitForEvent('download'), wang.page.click('[data-testid=dossier]')])
    expect(download.suggestedFilename()).toMatch(/\.json$/)
    const overflow = await wang.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await wang.open(`alerts/${ALERT}`, 'sentence')
    await wang.act('reappeal', (page) => page.fill('[name=statement]', '请合议'))
    await wang.reaches('PANEL')
    for (const username of PANEL) {
      const member = await Colleague.at(address, username, language, width)
      await member.open(`alerts/${ALERT}`, 'sentence')
      await member.act('vote', async (page) => {
        await page.check('[name=vote][value=uphold]')
        await page.fill('[name=note]', '同意认定')
      })
      await member.leave()
    }
    const admin = await Colleague.at(address, 'admin', language, width)
    await admin.open(`alerts/${ALERT}`, 'sentence')
    await admin.reaches('FINAL')
    await admin.act('sign', async () => undefined)
    await admin.reaches('CONFIRMED')

    for (const colleague of [wang, li, admin]) await colleague.leave()
    await dashboard.stop()
  })
})

describe('the keyboard alone', () => {
  it('finds, opens, claims, dismisses and takes back', async () => {
    const { dashboard, address } = await office()
    dashboard.log.append(cityAlert(2))
    const admin = await Colleague.at(address, 'admin', 'en')
    const { page } = admin
    const { keyboard } = page
    await page.waitForSelector(`[data-testid=feed-row-${ALERT}]`)
    await keyboard.press('j')
    await keyboard.press('Enter')
    await page.waitForSelector('[data-testid=act-claim]')
    await keyboard.press('c')
    await expect.poll(() => seen(page, '[data-testid=owner]')).toContain('admin')
    await keyboard.press('a')
    await page.waitForSelector('[name=assignee] option[value=admin]', { state: 'attached' })
    await page.focus('[name=assignee]')
    await keyboard.type('admin')
    await keyboard.press('Control+Enter')
    await admin.reaches('FIRST_REVIEW')
    await keyboard.press('d')
    await page.waitForSelector('[data-testid=dialog-dismiss]')
    await page.focus('[name=dismissal]')
    await keyboard.press('Space')
    await page.focus('[name=note]')
    await keyboard.type('clinically justified')
    await keyboard.press('Control+Enter')
    await admin.reaches('DISMISSED')
    await page.waitForSelector('[data-testid=undo]')
    await keyboard.press('z')
    await admin.reaches('FIRST_REVIEW')
    await admin.leave()
    await dashboard.stop()
  })
})

describe('two persons on one alert', () => {
  it('one wins, the other sees who was faster', async () => {
    const { dashboard, address } = await office()
    dashboard.log.append(cityAlert(2))
    const wang = await Colleague.at(address, 'wang', 'zh')
    const admin = await Colleague.at(address, 'admin', 'zh')
    await wang.open(`alerts/${ALERT}`, 'sentence')
    await wang.page.waitForSelector('[data-testid=act-assign]')
    // The officer's page is cut off from news, as a slow network does.
    await admin.open(`alerts/${ALERT}`, 'sentence')
    await admin.page.waitForSelector('[data-testid=work]')
    await admin.page.route('**/alerts/*', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()))
    await wang.act('claim')
    await expect.poll(() => seen(wang.page, '[data-testid=owner]')).toContain('wang')
    await admin.page.click('[data-testid=act-assign]')
    await admin.page.selectOption('[name=assignee]', 'admin')
    await admin.page.click('[data-testid=submit]')
    await admin.page.waitForSelector('[data-testid=conflict]')
    expect(await seen(admin.page, '[data-testid=conflict]')).toContain('wang')
    await wang.leave()
    await admin.leave()
    await dashboard.stop()
  })
})

describe('a first sign-in', () => {
  it('opens nothing until the one-time password is replaced', async () => {
    const { dashboard, address } = await office()
    const oneTime = 'Given-Once-4711'
    await dashboard.access.addUser({ username: 'zhao', roles: ['officer'], scope: WHOLE }, oneTime, {
      by: 'admin',
      isOneTime: true,
    })
    const page = await bench.browser.newPage()
    await page.goto(address)
    await page.fill('[name=username]', 'zhao')
    await page.fill('[name=password]', oneTime)
    await page.click('button[type=submit]')
    await page.waitForSelector('[data-testid=first-password]')
    await page.fill('[name=current]', oneTime)
    for (const name of ['new', 'again']) await page.fill(`[name=${name}]`, 'short')
    await page.click('button[type=submit]')
    await expect.poll(() => seen(page, '[data-testid=complaint]')).toContain('口令太弱')
    for (const name of ['new', 'again']) await page.fill(`[name=${name}]`, 'Mine-Alone-0815')
    await page.click('button[type=submit]')
    await page.waitForSelector('[data-testid=conn][data-state=live]')
    await page.close()
    await dashboard.stop()
  })
})

describe('every screen', () => {
  it.each(['zh', 'en'] as const)('opens without a grave fault of access, in %s', async (language) => {
    const { dashboard, address } = await office()
    dashboard.log.append(cityAlert(2))
    const admin = await Colleague.at(address, 'admin', language)
    for (const path of [
      'live?group=detector',
      'todo',
      'cases',
      'holds',
      'tasks',
      'search',
      'rules',
      'rules/MGT-18',
      'exceptions',
      'users',
      'account',
    ]) {
      await admin.page.goto(address + path)
      await admin.page.waitForSelector('h1')
      await admin.page.waitForSelector('.loading', { state: 'detached' })
      expect([path, await accessibilityFaults(admin.page)]).toEqual([path, []])
      expect(await seen(admin.page, 'main')).not.toMatch(/undefined|NaN|\[object/)
    }
    await admin.leave()
    await dashboard.stop()
  })
})
