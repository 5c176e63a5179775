import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { Colleague, type Office, openOffice, PANEL } from './testing/colleague.ts'
import { accessibilityFaults, PATIENCE_MS, PageBench, seen } from './testing/page.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice(await PageBench.open())
})
afterAll(async () => {
  await office.dashboard.stop()
  await office.bench.close()
})

/** Alerts of this kind follow each other in fives: each test has one of its own. */
let kinds = 0
function aSoldPackage(): string {
  const n = 2 + 5 * kinds++
  office.dashboard.log.append(cityAlert(n))
  return alertId(n)
}

const note = (text: string) => (page: Page) => page.fill('[name=note]', text)

/** Takes out the machine-readable dossier of the open case; `choose` and `send` work the dialog. */
async function takenDossier(page: Page, choose: () => Promise<void>, send: () => Promise<void>): Promise<string> {
  await choose()
  const [download] = await Promise.all([page.waitForEvent('download'), send()])
  expect(download.suggestedFilename()).toMatch(/^AJ-.*\.json$/)
  return readFile(await download.path(), 'utf8')
}

describe.each([
  ['zh', 1920],
  ['en', 390],
] as const)('the way of an alert, in %s at %i pixels', (language, width) => {
  it('from its arrival to the dossier, by three persons', async () => {
    const form = { language, width }
    const wang = await Colleague.at(office, 'wang', form)
    const id = aSoldPackage()
    await wang.page.waitForSelector(`[data-testid=feed-row-${id}]`)
    await wang.fits()

    await wang.open(`alerts/${id}`, 'sentence')
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
    expect(await wang.attempt(id, 'uphold')).toMatchObject({ code: 'FOUR_EYES' })
    await wang.reaches('SECOND_REVIEW')
    expect(await accessibilityFaults(wang.page)).toEqual([])

    const li = await Colleague.at(office, 'li', form)
    await li.open(`alerts/${id}`, 'sentence')
    await li.act('uphold', note('仍应认定'))
    await li.reaches('REAPPEAL_OPEN')
    await wang.reaches('REAPPEAL_OPEN')

    await wang.page.click('[data-testid=open-case]')
    expect(await accessibilityFaults(wang.page)).toEqual([])
    await wang.page.click('[data-testid=submit]')
    await wang.page.waitForSelector('[data-testid=case]')
    expect(await wang.page.locator('[data-testid=case-alerts] li').count()).toBe(1)
    expect(await accessibilityFaults(wang.page)).toEqual([])
    const choose = async () => {
      await wang.page.click('[data-testid=dossier]')
      await wang.page.check('[name=form][value=json]')
      expect(await accessibilityFaults(wang.page)).toEqual([])
    }
    expect(await takenDossier(wang.page, choose, () => wang.page.click('[data-testid=submit]'))).toContain(id)
    await wang.fits()

    await wang.open(`alerts/${id}`, 'sentence')
    await wang.act('reappeal', (page) => page.fill('[name=statement]', '请合议'))
    await wang.reaches('PANEL')
    const [first, ...others] = PANEL
    for (const username of others) {
      const member = await Colleague.at(office, username, form)
      await member.actBehind(id, { action: 'vote', vote: 'uphold', note: '同意认定' })
      await member.leave()
    }
    const member = await Colleague.at(office, first, form)
    await member.open(`alerts/${id}`, 'sentence')
    await member.act('vote', async (page) => {
      await page.check('[name=vote][value=uphold]')
      await page.fill('[name=note]', '同意认定')
    })
    const admin = await Colleague.at(office, 'admin', form)
    await admin.open(`alerts/${id}`, 'sentence')
    await admin.reaches('FINAL')
    await admin.act('sign', async () => undefined)
    await admin.reaches('CONFIRMED')

    for (const colleague of [wang, li, member, admin]) await colleague.leave()
  })
})

describe('the keyboard alone', () => {
  it('finds, reads, claims, dismisses and takes back', async () => {
    const id = aSoldPackage()
    const admin = await Colleague.byKeyboard(office, 'admin', { language: 'en' })
    const { keyboard } = admin.page
    await findsAndClaims(admin, id)
    await keyboard.press('a')
    await choosesAssignee(admin)
    await keyboard.press('Control+Enter')
    await admin.reaches('FIRST_REVIEW')
    await keyboard.press('d')
    await admin.page.waitForSelector('[data-testid=dialog-dismiss]')
    await admin.tabTo('[name=dismissal]')
    await keyboard.press('Space')
    await admin.tabTo('[name=note]')
    await keyboard.type('clinically justified')
    await keyboard.press('Control+Enter')
    await admin.reaches('DISMISSED')
    await admin.page.waitForSelector('[data-testid=undo]')
    await keyboard.press('z')
    await admin.reaches('FIRST_REVIEW')
    await admin.leave()
  })

  it.each(['zh', 'en'] as const)(
    'holds, hears, reviews again by another person, and takes out the dossier, in %s',
    async (language) => {
      const id = aSoldPackage()
      const wang = await Colleague.byKeyboard(office, 'wang', { language })
      const { page } = wang
      await findsAndClaims(wang, id)
      await wang.press('assign')
      await choosesAssignee(wang)
      await wang.send('assign')
      await wang.reaches('FIRST_REVIEW')
      await page.waitForSelector('[data-testid=holds]')
      await wang.press('release_hold')
      await wang.write('note', 'paid meanwhile')
      await wang.send('release_hold')
      await wang.press('hold')
      await wang.write('note', 'doubtful')
      await wang.send('hold')
      await wang.press('notify')
      await wang.write('note', 'please explain')
      await wang.send('notify')
      await wang.reaches('APPEAL_OPEN')
      await wang.press('appeal')
      await wang.write('statement', 'scanned by mistake')
      await wang.send('appeal')
      await wang.reaches('SECOND_REVIEW')
      await page.waitForSelector('[data-testid=refused-uphold]')

      const li = await Colleague.at(office, 'li', { language })
      await li.open(`alerts/${id}`, 'sentence')
      await li.press('uphold')
      await li.write('note', 'it stands')
      await li.send('uphold')
      await li.reaches('REAPPEAL_OPEN')

      await wang.reaches('REAPPEAL_OPEN')
      await wang.tabTo('[data-testid=open-case]')
      await page.keyboard.press('Enter')
      await wang.tabTo('[data-testid=submit]')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=case]')
      const choose = async () => {
        await wang.tabTo('[data-testid=dossier]')
        await page.keyboard.press('Enter')
        await wang.tabTo('[name=form]')
        await page.keyboard.press('ArrowDown')
        await wang.tabTo('[data-testid=submit]')
      }
      expect(await takenDossier(page, choose, () => page.keyboard.press('Enter'))).toContain(id)
      for (const colleague of [wang, li]) await colleague.leave()
    },
  )
})

/** Goes to the newest alert of the live list, opens it, and claims it. */
async function findsAndClaims(colleague: Colleague, id: string): Promise<void> {
  const { page } = colleague
  await page.waitForSelector(`[data-testid=feed-row-${id}]`)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-testid=act-claim]')
  await page.keyboard.press('c')
  await expect.poll(() => seen(page, '[data-testid=owner]')).toContain(colleague.username)
}

async function choosesAssignee(colleague: Colleague): Promise<void> {
  const { username } = colleague
  await colleague.page.waitForSelector(`[name=assignee] option[value=${username}]`, { state: 'attached' })
  await colleague.tabTo('[name=assignee]')
  await colleague.page.keyboard.type(username)
}

describe('two persons on one alert', () => {
  it('one wins, the other sees who was faster', async () => {
    const id = aSoldPackage()
    const wang = await Colleague.at(office, 'wang', { language: 'zh' })
    const admin = await Colleague.at(office, 'admin', { language: 'zh' })
    await wang.open(`alerts/${id}`, 'sentence')
    await wang.page.waitForSelector('[data-testid=act-assign]')
    // The officer's page is cut off from news, as a slow network does.
    await admin.open(`alerts/${id}`, 'sentence')
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
    expect(await accessibilityFaults(admin.page)).toEqual([])
    await wang.leave()
    await admin.leave()
  })
})

describe('a first sign-in', () => {
  it('opens nothing until the one-time password is replaced', async () => {
    const { dashboard, bench, address } = office
    const oneTime = 'Given-Once-4711'
    await dashboard.access.addUser({ username: 'zhao', roles: ['officer'], scope: ['000000'] }, oneTime, {
      by: 'admin',
      isOneTime: true,
    })
    const page = await bench.browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(address)
    await page.fill('[name=username]', 'zhao')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.fill('[name=password]', oneTime)
    await page.click('button[type=submit]')
    await page.waitForSelector('[data-testid=first-password]')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.fill('[name=current]', oneTime)
    for (const name of ['new', 'again']) await page.fill(`[name=${name}]`, 'short')
    await page.click('button[type=submit]')
    await expect.poll(() => seen(page, '[data-testid=complaint]')).toContain('口令太弱')
    for (const name of ['new', 'again']) await page.fill(`[name=${name}]`, 'Mine-Alone-0815')
    await page.click('button[type=submit]')
    await page.waitForSelector('[data-testid=conn][data-state=live]')
    await page.close()
  })
})
