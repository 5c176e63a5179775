import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CATALOGUE } from './city.ts'
import { ADMIN_PASSWORD, TestDashboard } from './dashboard.ts'
import { MemoryLog } from './memory-log.ts'

const FROM_ROOT = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const CHROMIUM = process.env.FUNDWATCH_CHROMIUM ?? '/usr/bin/chromium'

/** Compiles the page's scripts into `dist/`, where the build puts them too. */
export async function compilePage(): Promise<void> {
  await promisify(execFile)(process.execPath, [FROM_ROOT('node_modules/typescript/bin/tsc'), '-b', FROM_ROOT('dashboard/web')])
}

/** A dashboard with the page, over a log in memory and the catalogue of the city. */
export async function startWithPage(log = new MemoryLog()): Promise<TestDashboard> {
  const rows = CATALOGUE.map((entry) => ({ row: JSON.stringify(entry) }))
  const records = { query: async <T>(sql: string) => (sql.includes('detector_catalogue') ? (rows as T[]) : []) }
  const webRoots = [FROM_ROOT('dashboard/web/static'), FROM_ROOT('dist/dashboard/web')]
  return TestDashboard.start({ records }, { webRoots, hub: { heartbeatMs: 1_000 } }, log)
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

/** Fills in the form as `admin` and waits for the live list. */
export async function signIn(page: Page): Promise<void> {
  await page.fill('#username', 'admin')
  await page.fill('#password', ADMIN_PASSWORD)
  await page.click('button[type=submit]')
  await page.waitForSelector('[data-testid=conn][data-state=live]')
}
