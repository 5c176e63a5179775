import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { Colleague, type Office, openOffice } from './testing/colleague.ts'
import { accessibilityFaults, PageBench, seen } from './testing/page.ts'
import { ENTITY, SETTLEMENT, TIMELINE } from './testing/records-seen.ts'

const SCRIPT_MAX = 250 * 1024
/** What a page says when it has shown something that it should not. */
const NONSENSE = /undefined|NaN|\[object/
const TAKEN_FOR_ENGLISH = /\p{Script=Han}/u

let bench: PageBench
let office: Office
beforeAll(async () => {
  bench = await PageBench.open()
  office = await openOffice(bench)
  for (let n = 0; n < 200; n++) office.dashboard.log.append(cityAlert(n))
})
afterAll(async () => {
  await office.dashboard.stop()
  await bench.close()
})

const SCREENS = [
  'live',
  'live?group=subject',
  'live?group=detector',
  'live?group=institution',
  'live?fixmedins_code=NONE',
  ...[0, 1, 2, 3, 4].map((n) => `alerts/${alertId(n)}`),
  'todo',
  'cases',
  'holds',
  'tasks',
  'search',
  'settlements/S1',
  'entities/institution/H99010200001',
  'rules',
  'rules/MGT-18',
  'exceptions',
  'users',
  'account',
  'nowhere',
]

// Each language and each width meets the examination of access once: it is by far the slowest.
describe.each([
  ['zh', 390, true],
  ['zh', 1920, false],
  ['en', 390, false],
  ['en', 1920, true],
] as const)('every screen, in %s at %i pixels', (language, width, examined) => {
  it('fits, speaks one language, shows no nonsense and has no grave fault of access', async () => {
    const admin = await Colleague.at(office, 'admin', { language, width })
    const { page } = admin
    await page.route('**/api/v1/settlements/S1', (route) => route.fulfill({ json: SETTLEMENT }))
    await page.route('**/api/v1/entities/institution/*', (route) => route.fulfill({ json: ENTITY }))
    await page.route('**/api/v1/entities/institution/*/timeline', (route) => route.fulfill({ json: TIMELINE }))
    for (const path of SCREENS) {
      await admin.goTo(path)
      await page.waitForSelector('h1')
      await page.waitForSelector('.loading', { state: 'detached' })
      if (examined) expect([path, await accessibilityFaults(page)]).toEqual([path, []])
      expect(await seen(page, 'main'), path).not.toMatch(NONSENSE)
      await admin.fits()
      if (language === 'en') {
        const heads = await page.locator('h1, h2, h3, th, dt, button, label, nav a, .state, .tag').allInnerTexts()
        expect([path, heads.filter((head) => TAKEN_FOR_ENGLISH.test(head) && head !== '中文')]).toEqual([path, []])
      }
    }
    await admin.leave()

    const auditor = await Colleague.at(office, 'wu', { language, width })
    await auditor.page.waitForSelector('[data-testid=audit]')
    if (examined) expect(await accessibilityFaults(auditor.page)).toEqual([])
    await auditor.fits()
    await auditor.leave()
  })
})

describe('the first load', () => {
  it('needs one script of less than 250 KB compressed', async () => {
    const assets = join(bench.directory, 'assets')
    const html = await readFile(join(bench.directory, 'index.html'), 'utf8')
    const scripts = (await readdir(assets)).filter((file) => file.endsWith('.js') && html.includes(file))
    expect(scripts).toHaveLength(1)
    const bytes = gzipSync(await readFile(join(assets, scripts[0]!))).length
    console.log(`initial script: ${Math.round(bytes / 1024)} KB compressed`)
    expect(bytes).toBeLessThan(SCRIPT_MAX)
  })

  it('ends in a list that can be used', async () => {
    const admin = await Colleague.at(office, 'admin', { language: 'zh', width: 1920, height: 1080 })
    await admin.page.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector('[data-testid=rows] > [data-id]')) return
        Object.assign(globalThis, { usableAfter: performance.now() })
        watch.disconnect()
      })
      watch.observe(document, { childList: true, subtree: true })
    })
    await admin.page.goto(`${office.address}live`)
    await admin.page.waitForFunction(() => 'usableAfter' in globalThis)
    const after = await admin.page.evaluate(() => Math.round((globalThis as unknown as { usableAfter: number }).usableAfter))
    console.log(`first load: ${after} ms from navigation to the first row, with whatever else this machine does`)
    expect(await admin.page.locator('[data-testid=rows] > [data-id]').count()).toBeGreaterThan(10)
    await admin.leave()
  })
})
