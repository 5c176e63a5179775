#!/usr/bin/env node
/**
 * Takes a picture of every screen of a running dashboard, in both languages, on a telephone and on a wide display, so that
 * someone can look at them:
 *
 *   node dashboard/web/testing/screens.js http://127.0.0.1:8080 --user NAME --password WORD [--auditor NAME] [--party NAME]
 *     [--newcomer NAME --once WORD]
 *
 * --user is an officer, --auditor reads the record, --party is of an institution that has notices, --newcomer has a one-time
 * password (--once); all others share --password.
 * --only PATTERN takes the screens whose name matches, --lang zh,en and --width 390,1920 some of the forms, --scheme dark the
 * dark ones.
 * The pictures are in data/screens, which git ignores.
 */
import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    user: { type: 'string', default: 'admin' },
    password: { type: 'string', default: '' },
    auditor: { type: 'string', default: '' },
    party: { type: 'string', default: '' },
    newcomer: { type: 'string', default: '' },
    once: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    lang: { type: 'string', default: 'zh,en' },
    scheme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '390,1920' },
    out: { type: 'string', default: 'data/screens' },
  },
})
const address = (positionals[0] ?? 'http://127.0.0.1:8080').replace(/\/$/, '')
const HEIGHTS = { 390: 844, 1920: 1080 }
const TALLEST = 3_600
const DEAD = '0'.repeat(32)

/** An alert for each kind of picture, and one without. */
const PICTURED = {
  'overlap-of-stays': ['MGT-08'],
  readmission: ['MGT-05', 'MGT-11'],
  'settled-in-stay': ['MGT-07'],
  'after-death': ['MGT-22'],
  distance: ['ANO-01'],
  rhythm: ['ANO-03'],
  hours: ['ANO-06', 'ANO-05'],
  supply: ['POL-14', 'MED-01'],
  'sold-again': ['MGT-18'],
  'against-limit': ['POL-01', 'POL-02'],
  'no-picture': ['MGT-16', 'FND-07', 'ANO-04'],
}

const wanted = new RegExp(values.only)
const browser = await chromium.launch({
  executablePath: process.env.FUNDWATCH_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})

function windowOf(width) {
  return browser.newContext({
    viewport: { width, height: HEIGHTS[width] ?? 900 },
    colorScheme: values.scheme,
    reducedMotion: 'reduce',
  })
}

async function signedIn(username, language, width) {
  const context = await windowOf(width)
  const answer = await context.request.post(`${address}/api/v1/session`, {
    data: { username, password: values.password },
    headers: { origin: address },
  })
  if (!answer.ok()) throw new Error(`${username} cannot sign in: ${await answer.text()}`)
  await context.addInitScript((lang) => {
    localStorage.setItem('fundwatch.language', lang)
    localStorage.setItem('fundwatch.signed_in', 'yes')
  }, language)
  return context
}

async function settled(page) {
  await page.waitForSelector('h1, [name=username]', { timeout: 60_000 })
  await page.waitForSelector('.loading', { state: 'detached', timeout: 60_000 }).catch(() => undefined)
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete))
  await page.evaluate(() => document.fonts.ready)
}

async function take(page, name) {
  const width = page.viewportSize().width
  const whole = await page.evaluate(() => {
    const main = document.querySelector('#main')
    return (main?.scrollHeight ?? document.documentElement.scrollHeight) + (main ? 48 : 0)
  })
  const height = Math.min(TALLEST, Math.max(HEIGHTS[width] ?? 900, whole))
  if (height !== page.viewportSize().height) await page.setViewportSize({ width, height })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) console.warn(`${name}: ${wide} pixels too wide`)
  await page.screenshot({ path: `${values.out}/${name}.png` })
  await page.setViewportSize({ width, height: HEIGHTS[width] ?? 900 })
  console.log(name)
}

/** What there is to show: the ids that the addresses of the screens are made of. */
async function found(request) {
  const read = async (path) => {
    const answer = await request.get(`${address}/api/v1${path}`)
    return answer.ok() ? (await answer.json()).rows : []
  }
  const alerts = await read('/alerts?limit=500')
  const [aCase] = await read('/cases')
  return { alerts, aCase }
}

function placesOf({ alerts, aCase }) {
  const first = (test) => alerts.find(test)
  const places = {
    'live-rows': '/live',
    'live-subject': '/live?group=subject',
    'live-detector': '/live?group=detector',
    'live-institution': '/live?group=institution',
    'live-nothing-found': '/live?fixmedins_code=NONE',
    'live-panel': `/live?alert=${alerts[0]?.alert_id ?? ''}`,
    todo: '/todo',
    'todo-approve': '/todo?list=todo_approve',
    'todo-free': '/todo?list=todo_free',
    cases: '/cases',
    holds: '/holds',
    tasks: '/tasks',
    search: '/search',
    rules: '/rules',
    rule: '/rules/MGT-18',
    exceptions: '/exceptions',
    users: '/users',
    account: '/account',
    'not-found': '/nowhere',
    'alert-not-found': `/alerts/${DEAD}`,
    'settlement-not-found': '/settlements/NONE',
  }
  for (const [kind, detectors] of Object.entries(PICTURED)) {
    const alert = first(({ detector_id, status }) => detectors.includes(detector_id) && status === 'open')
    if (alert) places[`alert-${kind}`] = `/alerts/${alert.alert_id}`
  }
  const retracted = first(({ status }) => status === 'retracted')
  if (retracted) places['alert-retracted'] = `/alerts/${retracted.alert_id}`
  if (aCase) places.case = `/cases/${aCase.case_id}`
  const settlement = first(({ subject_type }) => subject_type === 'settlement')
  if (settlement) places.settlement = `/settlements/${settlement.subject_id}`
  for (const type of ['person', 'institution', 'doctor', 'item', 'trace']) {
    const one = first(({ subject_type }) => subject_type === type)
    if (one) places[`entity-${type}`] = `/entities/${type}/${type === 'person' ? `alert:${one.alert_id}` : one.subject_id}`
  }
  return places
}

const click = (selector) => async (page) => {
  await page.waitForSelector(selector, { timeout: 20_000 })
  await page.click(selector)
}

/** Things that open over a screen. */
function overlaysOf({ alerts, aCase }) {
  const untouched = alerts.find(({ state, status, vola_amt }) => state === 'NEW' && status === 'open' && vola_amt > 0)
  const reviewed = alerts.find(({ state, status }) => state === 'FIRST_REVIEW' && status === 'open')
  const alert = untouched && `/alerts/${untouched.alert_id}`
  const action = (name) => async (page) => {
    await page.waitForSelector('[data-testid=work]')
    const button = page.locator(`[data-testid=act-${name}]`)
    if (!(await button.isVisible())) await page.click('[data-testid=more-actions] > summary')
    await button.click()
    await page.waitForSelector('dialog')
  }
  return {
    'menu-detectors': ['/live', click('[data-testid=detectors] > summary')],
    'menu-filters': ['/live', click('[data-testid=filters] > summary')],
    'menu-alarm': ['/live', click('[data-testid=alarm] > summary')],
    'menu-views': ['/live', click('[data-testid=views] > summary')],
    'menu-more-actions': [alert, click('[data-testid=more-actions] > summary')],
    'dialog-keys': ['/rules', (page) => page.keyboard.press('?')],
    'dialog-dismiss': [reviewed && `/alerts/${reviewed.alert_id}`, action('dismiss')],
    'dialog-hold': [alert, action('hold')],
    'dialog-assign': [alert, action('assign')],
    'dialog-dossier': [aCase && `/cases/${aCase.case_id}`, click('[data-testid=dossier]')],
    'dialog-review': ['/todo?list=todo_approve', click('[data-testid=approve]')],
    'dialog-export': ['/live', click('[data-testid=export]')],
    'dialog-exception': ['/exceptions', click('.screen-head .primary')],
    'live-selected': [
      '/live',
      async (page) => {
        await page.waitForSelector('[data-testid=rows] > [data-id]')
        for (const n of [0, 1, 2]) await page.locator('[data-testid=rows] > [data-id] input').nth(n).click()
      },
    ],
    'dialog-bulk': [
      '/live',
      async (page) => {
        await page.waitForSelector('[data-testid=rows] > [data-id]')
        for (const n of [0, 1]) await page.locator('[data-testid=rows] > [data-id] input').nth(n).click()
        await click('[data-testid=bulk-claim]')(page)
        await click('[data-testid=submit]')(page)
        await page.waitForSelector('[data-testid=bulk-preview]')
      },
    ],
    'menu-navigation': ['/live', (page) => page.click('[data-testid=menu]')],
    'search-results': [
      '/search',
      async (page) => {
        await page.fill('main input[type=search], main .search-form input', 'H9901')
        await page.keyboard.press('Enter')
        await settled(page)
      },
    ],
  }
}

async function signedOut(language, width) {
  const context = await windowOf(width)
  const page = await context.newPage()
  const name = (what) => `${what}-${language}-${width}`
  await page.goto(`${address}/?lang=${language}`)
  await settled(page)
  if (wanted.test('sign-in')) await take(page, name('sign-in'))
  await page.fill('[name=username]', 'nobody')
  await page.fill('[name=password]', 'wrong')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-testid=complaint]:not(:empty)')
  if (wanted.test('sign-in-wrong')) await take(page, name('sign-in-wrong'))
  if (values.newcomer && wanted.test('first-password')) {
    await page.fill('[name=username]', values.newcomer)
    await page.fill('[name=password]', values.once)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-testid=first-password]')
    await take(page, name('first-password'))
  }
  await context.close()
}

async function officer(language, width) {
  const context = await signedIn(values.user, language, width)
  const name = (what) => `${what}-${language}-${width}`
  const things = await found(context.request)
  const page = await context.newPage()
  const attempt = async (what, path, act) => {
    if (!wanted.test(what) || !path) return
    try {
      await page.goto(address + path)
      await settled(page)
      await page.waitForSelector('[data-testid=conn][data-state=live]').catch(() => undefined)
      await act?.(page)
      await take(page, name(what))
    } catch (error) {
      console.error(`${name(what)}: ${String(error).split('\n')[0]}`)
    }
  }
  for (const [what, path] of Object.entries(placesOf(things))) await attempt(what, path)
  for (const [what, [path, act]] of Object.entries(overlaysOf(things))) {
    if (what === 'menu-navigation' && width > 1_099) continue
    await attempt(what, path, act)
  }
  await page.close()
  await states(context, name)
  await context.close()
}

/** What a page looks like when the network or the server fails it. */
async function states(context, name) {
  if (wanted.test('state-cut-off')) {
    const page = await context.newPage()
    await page.routeWebSocket('**/ws', (socket) => socket.close())
    await page.goto(`${address}/live`)
    await page.waitForSelector('[data-testid=conn][data-state=cut_off]')
    await page.waitForSelector('[data-testid=rows] > [data-id]').catch(() => undefined)
    await take(page, name('state-cut-off'))
    await page.close()
  }
  if (wanted.test('state-error')) {
    const page = await context.newPage()
    await page.route(/\/api\/v1\/(alerts|cases)\?/, (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"INTERNAL","request_id":"req-7"}' }),
    )
    await page.goto(`${address}/cases`)
    await page.waitForSelector('.failure')
    await take(page, name('state-error'))
    await page.close()
  }
}

async function auditor(language, width) {
  if (!values.auditor || !wanted.test('audit')) return
  const context = await signedIn(values.auditor, language, width)
  const page = await context.newPage()
  await page.goto(`${address}/audit`)
  await settled(page)
  await take(page, `audit-${language}-${width}`)
  await context.close()
}

/** What an institution sees: its notices, and one that waits for its answer. */
async function party(language, width) {
  if (!values.party || !wanted.test('notices notice')) return
  const context = await signedIn(values.party, language, width)
  const page = await context.newPage()
  await page.goto(`${address}/notices`)
  await settled(page)
  await take(page, `notices-${language}-${width}`)
  await click('[data-testid=notice-list] a')(page)
  await settled(page)
  await take(page, `notice-${language}-${width}`)
  await context.close()
}

await mkdir(values.out, { recursive: true })
for (const width of values.width.split(',').map(Number)) {
  for (const language of values.lang.split(',')) {
    if (/sign-in|first|^$/.test(values.only)) await signedOut(language, width)
    await officer(language, width)
    await auditor(language, width)
    await party(language, width)
  }
}
await browser.close()
