import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { alertId } from './testing/alerts.ts'
import { cityAlert } from './testing/city.ts'
import { Colleague, type Office, openOffice, PANEL } from './testing/colleague.ts'
import { accessibilityFaults, PageBench, seen } from './testing/page.ts'
import { FORMS } from './web/work/action-forms.ts'

const DIALOG = 'dialog[open]'

let office: Office
beforeAll(async () => {
  office = await openOffice(await PageBench.open())
})
afterAll(async () => {
  await office.dashboard.stop()
  await office.bench.close()
})

let present: Colleague[] = []
afterEach(async () => {
  for (const colleague of present.splice(0)) await colleague.leave()
})

async function comes(username: string, language: 'zh' | 'en', width?: number): Promise<Colleague> {
  const colleague = await Colleague.at(office, username, { language, width })
  present = [...present, colleague]
  return colleague
}

const focused = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid ?? '')

/** What every dialog must be: within reach of everyone, and holding the focus. */
async function isSound(page: Page, name: string): Promise<void> {
  await page.waitForSelector(DIALOG)
  await page.waitForSelector(`${DIALOG} .loading`, { state: 'detached' })
  expect([name, await accessibilityFaults(page, DIALOG)]).toEqual([name, []])
  expect(await page.evaluate(() => document.activeElement?.closest('dialog')?.open), name).toBe(true)
}

/** Escape closes it, and the focus is where it was. */
async function closesByEscape(page: Page, opener: string): Promise<void> {
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  expect(await focused(page)).toBe(opener)
}

/** Opens a dialog by keys, looks at it, closes it, and opens it again. */
async function openTwice(colleague: Colleague, opener: string): Promise<void> {
  const { page } = colleague
  await colleague.pressAt(`[data-testid=${opener}]`)
  await isSound(page, opener)
  await closesByEscape(page, opener)
  await page.keyboard.press('Enter')
  await page.waitForSelector(DIALOG)
}

/** What a download holds that the keys have set off. */
async function downloaded(page: Page, send: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), send()])
  return readFile(await download.path(), 'utf8')
}

/** An alert whose money is above the limit of article 40. */
const alertOf = (n: number) => {
  office.dashboard.log.append(cityAlert(n, { vola_amt: 20_000 }))
  return alertId(n)
}

describe('every form of an action', () => {
  it('is opened, found sound and left again by keys alone', async () => {
    const [wang, admin, li, sun] = [
      await comes('wang', 'zh'),
      await comes('admin', 'en', 390),
      await comes('li', 'zh', 390),
      await comes('sun', 'en'),
    ]
    const seenForms = new Set<string>()
    const looks = async (colleague: Colleague, id: string, state: string) => {
      const { page, username } = colleague
      await colleague.open(`alerts/${id}`, 'sentence')
      await colleague.reaches(state)
      const offered = await page.locator('[data-testid^=act-]').evaluateAll((all) => all.map((one) => one.dataset.testid ?? ''))
      for (const action of offered.map((name) => name.slice('act-'.length))) {
        if (!(action in FORMS) || seenForms.has(action)) continue
        await colleague.press(action)
        await isSound(page, `${username}: ${action}`)
        await closesByEscape(page, `act-${action}`)
        seenForms.add(action)
      }
    }
    const [reviewed, filed, dismissed] = [alertOf(2), alertOf(7), alertOf(12)]
    await looks(admin, reviewed, 'NEW')
    for (const id of [reviewed, filed, dismissed]) await wang.actBehind(id, { action: 'assign', assignee: 'wang' })
    await looks(wang, reviewed, 'FIRST_REVIEW')
    await looks(admin, reviewed, 'FIRST_REVIEW')
    await wang.actBehind(reviewed, { action: 'release_hold', note: 'paid meanwhile' })
    await looks(wang, reviewed, 'FIRST_REVIEW')
    await wang.actBehind(reviewed, { action: 'notify', amount: 20_000, note: 'please explain' })
    await looks(wang, reviewed, 'APPEAL_OPEN')
    await wang.actBehind(reviewed, { action: 'appeal', statement: 'scanned by mistake' })
    await looks(li, reviewed, 'SECOND_REVIEW')
    await li.actBehind(reviewed, { action: 'uphold', note: 'it stands' })
    await looks(wang, reviewed, 'REAPPEAL_OPEN')
    await wang.actBehind(reviewed, { action: 'reappeal', statement: 'once more' })
    await looks(sun, reviewed, 'PANEL')
    for (const username of PANEL) {
      const member = username === 'sun' ? sun : await comes(username, 'en')
      await member.actBehind(reviewed, { action: 'vote', vote: 'uphold', note: 'agreed' })
    }
    await looks(admin, reviewed, 'FINAL')
    await admin.actBehind(reviewed, { action: 'sign' })
    await looks(admin, reviewed, 'CONFIRMED')
    await admin.press('dispose')
    for (const box of await admin.page.locator('dialog input[type=checkbox]').all()) await box.check()
    await isSound(admin.page, 'dispose with every measure')
    await closesByEscape(admin.page, 'act-dispose')
    await admin.actBehind(reviewed, { action: 'dispose', measures: [{ code: 'RECTIFY', due: '2026-12-31' }] })
    await looks(wang, reviewed, 'DISPOSING')
    await admin.actBehind(filed, { action: 'file_case', note: 'above the limit' })
    await looks(admin, filed, 'CASE_FILED')
    await wang.actBehind(dismissed, { action: 'dismiss', reason: 'D01', note: 'justified' })
    await looks(admin, dismissed, 'DISMISSED')
    expect([...seenForms].sort()).toEqual(Object.keys(FORMS).sort())
  })
})

describe('by keys alone', () => {
  it('a list is taken out with its reason', async () => {
    const id = alertOf(17)
    const admin = await comes('admin', 'zh')
    const { page } = admin
    await page.waitForSelector(`[data-testid=feed-row-${id}]`)
    await openTwice(admin, 'export')
    await admin.write('reason', '月度复核用')
    const text = await downloaded(page, () => admin.pressAt(`${DIALOG} [data-testid=submit]`))
    expect(text).toContain(id)
    await page.waitForSelector('dialog', { state: 'detached' })
  })

  it('several alerts are dismissed at once, after a look at what would change', async () => {
    const ids = [22, 27, 32].map(alertOf)
    const wang = await comes('wang', 'en')
    for (const id of ids) await wang.actBehind(id, { action: 'assign', assignee: 'wang' })
    const { page } = wang
    await page.waitForSelector(`[data-testid=feed-row-${ids[2]}]`)
    for (const key of ['j', 'Shift+j', 'Shift+j']) await page.keyboard.press(key)
    await openTwice(wang, 'bulk-dismiss')
    await wang.tabTo(`${DIALOG} [name=dismissal]`)
    await page.keyboard.press('Space')
    await wang.write('note', 'all of them justified')
    await wang.pressAt(`${DIALOG} [data-testid=submit]`)
    await page.waitForSelector('[data-testid=bulk-preview]')
    await isSound(page, 'preview')
    await wang.pressAt(`${DIALOG} [data-testid=submit]`)
    await page.waitForSelector('[data-testid=bulk-done]')
    await isSound(page, 'done')
    expect(await seen(page, '[data-testid=bulk-done]')).toContain('3 · ¥60,000.00')
  })

  it('what a colleague asks for many alerts is looked at and approved', async () => {
    const many = Array.from({ length: 201 }, (_, n) => cityAlert(1_000 + n, { severity: 4 }))
    office.dashboard.log.append(...many)
    const wang = await comes('wang', 'en')
    const asked = await wang.page.evaluate(
      async (ids) => {
        const alerts = ids.map((alert_id) => ({ alert_id, version: 1 }))
        const body = JSON.stringify({ action: 'note', alerts, note: 'the same cause' })
        const headers = { 'content-type': 'application/json' }
        return (await fetch('/api/v1/alerts/actions', { method: 'POST', headers, body })).status
      },
      many.map(({ alert_id }) => alert_id),
    )
    expect(asked).toBe(200)
    const admin = await comes('admin', 'en', 390)
    await admin.open('todo?list=todo_approve', 'approvals')
    await openTwice(admin, 'approve')
    await admin.page.waitForSelector('[data-testid=bulk-regions]')
    await isSound(admin.page, 'review')
    await admin.pressAt(`${DIALOG} [data-testid=submit]`)
    await admin.page.waitForSelector('[data-testid=bulk-done]')
    await isSound(admin.page, 'approved')
    expect(await seen(admin.page, '[data-testid=bulk-done]')).toContain('201')
  })

  it('a dossier that names persons is taken out with its reason', async () => {
    const id = alertOf(37)
    const admin = await comes('admin', 'en')
    const { page } = admin
    await admin.open(`alerts/${id}`, 'open-case')
    await openTwice(admin, 'open-case')
    await admin.pressAt(`${DIALOG} [data-testid=submit]`)
    await page.waitForSelector('[data-testid=case]')
    await openTwice(admin, 'dossier')
    for (const choice of ['form', 'persons']) {
      await admin.tabTo(`${DIALOG} [name=${choice}]`)
      await page.keyboard.press('ArrowDown')
    }
    await isSound(page, 'reason of a dossier')
    await admin.write('reason', 'the hearing of next week')
    const text = await downloaded(page, () => admin.pressAt(`${DIALOG} [data-testid=submit]`))
    expect(JSON.parse(text)).toMatchObject({ reason: 'the hearing of next week' })
  })

  it('a password is reset and a user switched off after one more question', async () => {
    const { access } = office.dashboard
    await access.addUser({ username: 'gao', roles: ['panel'], scope: ['000000'] }, 'Their-Own-4711', { by: 'admin' })
    const admin = await comes('admin', 'zh')
    const { page } = admin
    await admin.open('users', 'reset_password-gao')
    await openTwice(admin, 'reset_password-gao')
    expect(await seen(page, DIALOG)).toContain('gao 的现有口令立即失效')
    await admin.pressAt(`${DIALOG} [data-testid=submit]`)
    expect(await seen(page, '[data-testid=new-password]')).toMatch(/一次性口令：\S{12}/)
    await openTwice(admin, 'disable-gao')
    await admin.pressAt(`${DIALOG} [data-testid=submit]`)
    await page.waitForSelector('[data-testid=enable-gao]')
    expect((await access.users()).find(({ username }) => username === 'gao')).toMatchObject({ disabled: true })
  })
})
