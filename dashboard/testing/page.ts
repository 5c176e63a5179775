import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { DashboardPorts } from '../server/server.ts'
import { CATALOGUE } from './city.ts'
import { ADMIN_PASSWORD, TestDashboard } from './dashboard.ts'
import { MemoryLog } from './memory-log.ts'

const FROM_ROOT = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const CHROMIUM = process.env.FUNDWATCH_CHROMIUM ?? '/usr/bin/chromium'

/** How long a test waits for what must come: a busy machine is slow, and only a fault never comes. */
export const PATIENCE_MS = 120_000

/** The page, built into a directory of its own, and the browser that shows it. */
export class PageBench {
  readonly browser: Browser
  /** Where the built page lies. */
  readonly directory: string

  private constructor(browser: Browser, directory: string) {
    this.browser = browser
    this.directory = directory
  }

  static async open(): Promise<PageBench> {
    const directory = await mkdtemp(join(tmpdir(), 'fundwatch-page-'))
    const vite = [FROM_ROOT('node_modules/vite/bin/vite.js'), 'build', '--config', FROM_ROOT('.config/vite.config.ts')]
    // The page as it is served: the environment of tests would build React for developers.
    const env = { ...process.env, NODE_ENV: 'production' }
    await promisify(execFile)(process.execPath, [...vite, '--outDir', directory], { env })
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
    return new PageBench(browser, directory)
  }

  /** A dashboard with the page, over a log in memory and the catalogue of the city. */
  dashboard(log = new MemoryLog(), ports: Partial<DashboardPorts> = {}): Promise<TestDashboard> {
    const rows = CATALOGUE.map((entry) => ({ row: JSON.stringify(entry) }))
    const records = {
      query: async <T>(sql: string, params?: Readonly<Record<string, unknown>>) => {
        if (sql.includes('detector_catalogue')) return rows as T[]
        return sql.includes('AS fund FROM settlement') ? (paidFor(params?.ids) as T[]) : []
      },
    }
    return TestDashboard.start({ records, ...ports }, { webRoots: [this.directory], hub: { heartbeatMs: 1_000 } }, log)
  }

  async close(): Promise<void> {
    await this.browser.close()
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** What the fund pays for settlements of the city, so that it can be held. */
function paidFor(ids: unknown): readonly object[] {
  const all = Array.isArray(ids) ? ids : []
  return all.map((setl_id) => ({ setl_id, fixmedins_code: 'H99010200001', month: '2026-01', fund: '1280.00' }))
}

/** What stands on the page where people see it. */
export function seen(page: Page, selector: string): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen counts, not what stands in the document.
  return page.locator(selector).innerText()
}

/** Fills in the form as `admin` and waits for the live list. */
export async function signIn(page: Page): Promise<void> {
  await page.fill('[name=username]', 'admin')
  await page.fill('[name=password]', ADMIN_PASSWORD)
  await page.click('button[type=submit]')
  await page.waitForSelector('[data-testid=conn][data-state=live]')
}

/** Serious and critical faults that axe finds on the page as it is, or on one part of it. */
export async function accessibilityFaults(page: Page, part = 'html'): Promise<string[]> {
  // A page that was examined before has axe already.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async (within) => {
    const { axe } = globalThis as unknown as { axe: { run(part: string): Promise<{ violations: AxeFault[] }> } }
    const { violations } = await axe.run(within)
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  }, part)
}

interface AxeFault {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}
