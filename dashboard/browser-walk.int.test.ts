import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { Colleague, office, PANEL } from './testing/colleague.ts'
import { accessibilityFaults, PATIENCE_MS, PageBench, seen } from './testing/page.ts'

const ALERT = alertId(2)

let bench: PageBench
beforeAll(async () => {
  bench = await PageBench.open()
})
afterAll(() => bench.close())

const note = (text: string) => (page: Page) => page.fill('[name=note]', text)

describe.each([
  ['zh', 1920],
  ['en', 390],
] as const)('the way of an alert, in %s at %i pixels', (language, width) => {
  it('from its arrival to the dossier, by three persons', async () => {
    const { dashboard, address } = await office(bench)
    const wang = await Colleague.at(bench, address, 'wang', language, width)
    dashboard.log.append(cityAlert(0), cityAlert(1), cityAlert(2))
    await wang.page.waitForSelector(`[data-testid=feed-row-${ALERT}]`)
    await wang.fits()

    await wang.open(`alerts/${ALERT}`, 'sentence')
    const why = language === 'zh' ? /同一盒药品追溯码在2日内/ : /One box was settled 3 times within 2 days/
    expect(await seen(wang.page, '[data-testid=sentence]')).toMatch(why)
    expect(await seen(wang.page, '[data-testid=law]')).toMatch(/38/)
    expect(await seen(wang.page, '[data-testid=param-default] >> nth=0')).toBe(
      language === 'zh' ? '默认参数' : 'default parameter',
    )
    await wang.page.waitForSelector('[data-testid=picture]')
    await wang.fits()
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
    expect(await wang.attempt(ALERT, 'uphold')).toMatchObject({ code: 'FOUR_EYES' })
    await wang.reaches('SECOND_REVIEW')
    expect(await accessibilityFaults(wang.page)).toEqual([])

    const li = await Colleague.at(bench, address, 'li', language, width)
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
    const dossier = JSON.parse(await readFile(await download.path(), 'utf8'))
    expect(JSON.stringify(dossier)).toContain(ALERT)
    await wang.fits()

    await wang.open(`alerts/${ALERT}`, 'sentence')
    await wang.act('reappeal', (page) => page.fill('[name=statement]', '请合议'))
    await wang.reaches('PANEL')
    for (const username of PANEL) {
      const member = await Colleague.at(bench, address, username, language, width)
      await member.open(`alerts/${ALERT}`, 'sentence')
      await member.act('vote', async (page) => {
        await page.check('[name=vote][value=uphold]')
        await page.fill('[name=note]', '同意认定')
      })
      await member.leave()
    }
    const admin = await Colleague.at(bench, address, 'admin', language, width)
    await admin.open(`alerts/${ALERT}`, 'sentence')
    await admin.reaches('FINAL')
    await admin.act('sign', async () => undefined)
    await admin.reaches('CONFIRMED')

    for (const colleague of [wang, li, admin]) await colleague.leave()
    await dashboard.stop()
  })
})

describe('the keyboard alone', () => {
  it('finds, reads, claims, dismisses and takes back', async () => {
    const { dashboard, address } = await office(bench)
    dashboard.log.append(cityAlert(2))
    const admin = await Colleague.at(bench, address, 'admin', 'en')
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
    await admin.tabTo('[name=assignee]')
    await keyboard.type('admin')
    await keyboard.press('Control+Enter')
    await admin.reaches('FIRST_REVIEW')
    await keyboard.press('d')
    await page.waitForSelector('[data-testid=dialog-dismiss]')
    await admin.tabTo('[name=dismissal]')
    await keyboard.press('Space')
    await admin.tabTo('[name=note]')
    await keyboard.type('clinically justified')
    await keyboard.press('Control+Enter')
    await admin.reaches('DISMISSED')
    await page.waitForSelector('[data-testid=undo]')
    await keyboard.press('z')
    await admin.reaches('FIRST_REVIEW')
    await admin.leave()
    await dashboard.stop()
  })

  it.each(['zh', 'en'] as const)(
    'holds, hears, reviews again by another person, and takes out the dossier, in %s',
    async (language) => {
      const { dashboard, address } = await office(bench)
      dashboard.log.append(cityAlert(2))
      const wang = await Colleague.at(bench, address, 'wang', language)
      const { page } = wang
      const { keyboard } = page
      await page.waitForSelector(`[data-testid=feed-row-${ALERT}]`)
      await keyboard.press('j')
      await keyboard.press('Enter')
      await page.waitForSelector('[data-testid=act-claim]')
      await keyboard.press('c')
      await expect.poll(() => seen(page, '[data-testid=owner]')).toContain('wang')
      await press(wang, 'assign')
      await page.waitForSelector('[name=assignee] option[value=wang]', { state: 'attached' })
      await wang.tabTo('[name=assignee]')
      await keyboard.type('wang')
      await send(wang, 'assign')
      await wang.reaches('FIRST_REVIEW')
      await page.waitForSelector('[data-testid=holds]')
      await press(wang, 'release_hold')
      await write(wang, 'note', 'paid meanwhile')
      await send(wang, 'release_hold')
      await press(wang, 'hold')
      await write(wang, 'note', 'doubtful')
      await send(wang, 'hold')
      await press(wang, 'notify')
      await write(wang, 'note', 'please explain')
      await send(wang, 'notify')
      await wang.reaches('APPEAL_OPEN')
      await press(wang, 'appeal')
      await write(wang, 'statement', 'scanned by mistake')
      await send(wang, 'appeal')
      await wang.reaches('SECOND_REVIEW')
      await page.waitForSelector('[data-testid=refused-uphold]')

      const li = await Colleague.at(bench, address, 'li', language)
      await li.open(`alerts/${ALERT}`, 'sentence')
      await press(li, 'uphold')
      await write(li, 'note', 'it stands')
      await send(li, 'uphold')
      await li.reaches('REAPPEAL_OPEN')

      await wang.reaches('REAPPEAL_OPEN')
      await wang.tabTo('[data-testid=open-case]')
      await keyboard.press('Enter')
      await wang.tabTo('[data-testid=submit]')
      await keyboard.press('Enter')
      await page.waitForSelector('[data-testid=case]')
      await wang.tabTo('[data-testid=dossier]')
      const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')])
      expect(download.suggestedFilename()).toMatch(/\.json$/)
      for (const colleague of [wang, li]) await colleague.leave()
      await dashboard.stop()
    },
  )
})

/** Goes to an action's button by Tab, through the menu where it lies in one, and presses it. */
async function press(colleague: Colleague, action: string): Promise<void> {
  const { page } = colleague
  const button = page.locator(`[data-testid=act-${action}]`)
  await button.waitFor({ state: 'attached' })
  if (!(await button.isVisible())) {
    await colleague.tabTo('[data-testid=more-actions] > summary')
    await page.keyboard.press('Enter')
  }
  await colleague.tabTo(`[data-testid=act-${action}]`)
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog')
}

async function write(colleague: Colleague, field: string, text: string): Promise<void> {
  await colleague.tabTo(`dialog [name=${field}]`)
  await colleague.page.keyboard.type(text)
}

async function send(colleague: Colleague, action: string): Promise<void> {
  await colleague.page.keyboard.press('Control+Enter')
  await colleague.dialogCloses(action)
}

describe('two persons on one alert', () => {
  it('one wins, the other sees who was faster', async () => {
    const { dashboard, address } = await office(bench)
    dashboard.log.append(cityAlert(2))
    const wang = await Colleague.at(bench, address, 'wang', 'zh')
    const admin = await Colleague.at(bench, address, 'admin', 'zh')
    await wang.open(`alerts/${ALERT}`, 'sentence')
    await wang.page.waitForSelector('[data-testid=act-assign]')
    // The officer's page is cut off from news, as a slow network does.
    await admin.open(`alerts/${ALERT}`, 'sentence')
    await admin.page.waitForSelector('[data-testid=work]')
    await expect.poll(() => seen(admin.page, '[data-testid=presence]')).toContain('wang')
    await expect.poll(() => seen(wang.page, '[data-testid=presence]')).toContain('admin')
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
    const { dashboard, address } = await office(bench)
    const oneTime = 'Given-Once-4711'
    await dashboard.access.addUser({ username: 'zhao', roles: ['officer'], scope: ['000000'] }, oneTime, {
      by: 'admin',
      isOneTime: true,
    })
    const page = await bench.browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
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
