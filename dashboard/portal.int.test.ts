import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { ADMIN_PASSWORD, type TestDashboard } from './testing/dashboard.ts'
import { accessibilityFaults, PageBench } from './testing/page.ts'

const CLINIC = 'H99010200001'
/** Where pictures are kept, for whoever wants to look at the screens. */
const PICTURES = process.env.FUNDWATCH_PICTURES

let bench: PageBench
beforeAll(async () => {
  bench = await PageBench.open()
})
afterAll(() => bench.close())

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return
  await mkdir(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

/** A finding of which the clinic was told. */
async function notified(dashboard: TestDashboard): Promise<void> {
  const by = { by: 'admin' }
  const clinic = { username: 'clinic', roles: ['institution'], scope: ['000000'], institutions: [CLINIC] }
  await dashboard.access.addUser(clinic, ADMIN_PASSWORD, by)
  await dashboard.access.addUser({ username: 'li', roles: ['investigator'], scope: ['000000'] }, ADMIN_PASSWORD, by)
  dashboard.log.append(cityAlert(5, { severity: 3, fixmedins_code: CLINIC, admdvs: '990102', insu_admdvs: '990102' }))
  const payload = { username: 'li', password: ADMIN_PASSWORD }
  const signedIn = await dashboard.app.inject({ method: 'POST', url: '/api/v1/session', payload })
  const headers = { cookie: String(signedIn.headers['set-cookie']).split(';')[0]! }
  const act = (order: object) =>
    dashboard.app.inject({ method: 'POST', url: `/api/v1/alerts/${alertId(5)}/actions`, headers, payload: order })
  await act({ action: 'assign', version: 1 })
  const told = await act({ action: 'notify', amount: 12.5, note: '请在期限内陈述申辩，并附价目公示材料。', version: 2 })
  expect(told.json()).toMatchObject({ state: 'APPEAL_OPEN' })
}

describe.each([
  ['zh', 1920],
  ['en', 390],
  ['en', 1920],
  ['zh', 390],
] as const)('the page of an institution, in %s at %i pixels', (language, width) => {
  it('shows its notice and takes its statement, and leads nowhere else', async () => {
    const dashboard = await bench.dashboard()
    await notified(dashboard)
    const address = `http://${await dashboard.listen()}/`
    const context = await bench.browser.newContext({ viewport: { width, height: 900 } })
    const page = await context.newPage()
    const troubles: string[] = []
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('request', (request) => request.url().startsWith(address) || troubles.push(`foreign: ${request.url()}`))
    await page.goto(`${address}?lang=${language}`)
    await page.fill('[name=username]', 'clinic')
    await page.fill('[name=password]', ADMIN_PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-testid=notice-list]')
    expect(await page.locator('nav li:not(.own)').count()).toBe(1)
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, `notices-${language}-${width}`)

    await page.click('[data-testid=notice-list] a')
    await page.waitForSelector('[data-testid=statement-form]')
    await page.fill(
      '[name=statement]',
      language === 'zh' ? '价目已公示，请复核。' : 'The price list is public. Please check again.',
    )
    await page.setInputFiles('[data-testid=statement-form] input[type=file]', {
      name: 'price-list.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('list'),
    })
    await page.waitForSelector('[data-testid=statement-form] .code')
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, `notice-${language}-${width}`)
    await page.click('[data-testid=send-statement]')
    await page.waitForSelector('[data-testid=statement-form]', { state: 'detached' })
    expect(await page.locator('[data-testid=notice-history] li').count()).toBe(2)
    await picture(page, `answered-${language}-${width}`)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(overflow).toBe(0)
    expect(troubles).toEqual([])
    await context.close()
    await dashboard.stop()
  }, 300_000)
})
