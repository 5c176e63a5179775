import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import type { TestDashboard } from './testing/dashboard.ts'
import { accessibilityFaults, PATIENCE_MS, PageBench, seen, signIn } from './testing/page.ts'

const TRACE_ALERT = 2

let bench: PageBench
beforeAll(async () => {
  bench = await PageBench.open()
})
afterAll(() => bench.close())

async function visit(
  width: number,
  height: number,
  act: (page: Page, dashboard: TestDashboard, address: string) => Promise<void>,
): Promise<void> {
  const dashboard = await bench.dashboard()
  const address = `http://${await dashboard.listen()}/`
  const context = await bench.browser.newContext({ viewport: { width, height } })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const troubles: string[] = []
  page.on('console', (message) => message.type() === 'error' && troubles.push(`${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('request', (request) => request.url().startsWith(address) || troubles.push(`foreign: ${request.url()}`))
  try {
    await page.goto(address)
    await act(page, dashboard, address)
    expect(troubles).toEqual([])
  } finally {
    await context.close()
    await dashboard.stop()
  }
}

const row = (n: number) => `[data-testid=feed-row-${alertId(n)}]`
const ids = (page: Page) =>
  page.locator('[data-testid=rows] > [data-id]').evaluateAll((rows) => rows.map((one) => one.dataset.id))

describe.each([
  [390, 844],
  [1920, 1080],
])('the page at %i by %i', (width, height) => {
  it('takes a sign-in, shows alerts as they arrive, and says of each why', async () => {
    await visit(width, height, async (page, dashboard) => {
      await signIn(page)
      await page.waitForSelector('[data-testid=empty]')
      for (let n = 0; n < 5; n++) dashboard.log.append(cityAlert(n))
      await page.waitForSelector(row(4))
      expect(await ids(page)).toEqual([4, 3, 2, 1, 0].map(alertId))
      expect(await seen(page, row(TRACE_ALERT))).toMatch(/◆\s*一级[\s\S]*追溯码重复结算[\s\S]*¥1,280\.00/)
      await expect.poll(() => seen(page, '[data-testid=count-1]')).toBe('1')

      await page.click(`${row(TRACE_ALERT)}`)
      await page.waitForSelector('[data-testid=detail]')
      expect(await seen(page, '[data-testid=sentence]')).toContain('同一盒药品追溯码在2日内于3家机构')
      expect(await seen(page, '[data-testid=law]')).toBe('《医疗保障基金使用监督管理条例》第38条第（三）项')
      const detail = await seen(page, '[data-testid=detail]')
      for (const said of ['违规项', '涉及项', '默认参数', 'P9****0002', 'S4']) expect(detail).toContain(said)
      expect(detail).not.toMatch(/P990000000|undefined|NaN|\[object/)

      await page.keyboard.press('Escape')
      await page.click('[data-testid=language]')
      await page.waitForSelector('html[lang=en]')
      await page.click(`${row(TRACE_ALERT)}`)
      await page.waitForSelector('[data-testid=detail]')
      expect(await seen(page, '[data-testid=sentence]')).toContain('One box was settled 3 times within 2 days')
      expect(await seen(page, '[data-testid=law]')).toMatch(/Medical Security Funds, Art\. 38 \(3\)/)
      expect(await seen(page, '[data-testid=param-default] >> nth=0')).toBe('default parameter')
      expect(await accessibilityFaults(page)).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    })
  })
})

describe('the live list', () => {
  it('does not move under the pointer; what is new waits behind a pill', async () => {
    await visit(1280, 800, async (page, dashboard) => {
      for (let n = 0; n < 5; n++) dashboard.log.append(cityAlert(n))
      await signIn(page)
      await page.hover(row(3))
      for (let n = 5; n < 9; n++) dashboard.log.append(cityAlert(n))
      await page.waitForSelector('[data-testid=pill]')
      expect(await seen(page, '[data-testid=pill]')).toBe('↑ 4 条新预警，其中一级 1 条 N')
      expect(await ids(page)).toEqual([4, 3, 2, 1, 0].map(alertId))
      await page.keyboard.press('n')
      await page.waitForSelector(row(8))
      expect(await ids(page)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map(alertId))
    })
  })

  it('marks an alert as retracted in its place, in the list and in the open panel', async () => {
    await visit(1280, 800, async (page, dashboard) => {
      for (let n = 0; n < 3; n++) dashboard.log.append(cityAlert(n))
      await signIn(page)
      await page.click(`${row(1)}`)
      await page.waitForSelector('[data-testid=detail]')
      dashboard.log.append(cityAlert(1, { revision: 2, status: 'retracted', retract_reason: 'VOIDED' }))
      await page.waitForSelector(`${row(1)}[data-state=retracted]`)
      expect(await seen(page, '[data-testid=retracted]')).toBe('已撤回 · 撤回原因: 结算已撤销')
      expect(await page.locator('[data-testid=revisions] tbody tr').count()).toBe(2)
      expect(await ids(page)).toEqual([2, 1, 0].map(alertId))
    })
  })

  it('keeps its filter in the address', async () => {
    await visit(1280, 800, async (page, dashboard, address) => {
      for (let n = 0; n < 10; n++) dashboard.log.append(cityAlert(n))
      await signIn(page)
      await page.waitForSelector(row(9))
      await page.click('[data-testid=severity-1]')
      await page.waitForURL(/severity=1/)
      await expect.poll(() => ids(page)).toEqual([7, 2].map(alertId))
      await page.goto(`${address}live?severity=2&detector_id=MGT-08`)
      await page.waitForSelector(row(8))
      expect(await ids(page)).toEqual([8, 3].map(alertId))
      dashboard.log.append(cityAlert(10), cityAlert(13))
      await page.waitForSelector(row(13))
      expect(await ids(page)).toEqual([13, 8, 3].map(alertId))
      await page.click('[data-testid=clear]')
      await page.waitForSelector(row(10))
    })
  })

  it('is worked by keys alone', async () => {
    await visit(1280, 800, async (page, dashboard) => {
      for (let n = 0; n < 4; n++) dashboard.log.append(cityAlert(n))
      await signIn(page)
      await page.waitForSelector(row(3))
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.waitForSelector(`[data-testid=detail][data-id="${alertId(2)}"]`)
      await page.keyboard.press('j')
      await page.waitForSelector(`[data-testid=detail][data-id="${alertId(1)}"]`)
      await page.keyboard.press('k')
      await page.waitForSelector(`[data-testid=detail][data-id="${alertId(2)}"]`)
      await page.keyboard.press('Escape')
      await page.waitForSelector('[data-testid=detail]', { state: 'detached' })
      expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.id)).toBe(alertId(2))
    })
  })
})

describe('the sign-in', () => {
  it('says when the password is wrong, and ends in every way', async () => {
    const dashboard = await bench.dashboard()
    const page = await bench.browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`http://${await dashboard.listen()}/?lang=en`)
    await page.fill('[name=username]', 'admin')
    await page.fill('[name=password]', 'guess')
    await page.click('button[type=submit]')
    await expect.poll(() => seen(page, '[data-testid=complaint]')).toBe('User name or password is wrong.')
    await signIn(page)
    await dashboard.access.setPassword('admin', 'Another-Word-42', { by: 'boss' })
    await page.waitForSelector('[name=username]')
    expect(await seen(page, '[data-testid=complaint]')).toBe('Your sign-in has ended. Please sign in again.')
    await page.close()
    await dashboard.stop()
  })
})

describe('a page that is cut off', () => {
  it('says so, comes back by itself, and has missed nothing', async () => {
    await visit(1280, 1600, async (page, dashboard) => {
      await signIn(page)
      dashboard.log.append(cityAlert(0))
      await page.waitForSelector(row(0))
      dashboard.cutAll()
      for (let n = 1; n < 30; n++) dashboard.log.append(cityAlert(n))
      await page.waitForSelector('[data-testid=conn][data-state=cut_off]')
      expect(await seen(page, '[data-testid=conn]')).toMatch(/^已断开（自 \d{2}:\d{2}:\d{2}），正在重连$/)
      await page.waitForSelector('[data-testid=conn][data-state=live]')
      await expect.poll(() => ids(page)).toEqual(Array.from({ length: 30 }, (_, n) => alertId(29 - n)))
    })
  })
})
