import { afterAll, beforeAll, expect, it } from 'vitest'
import { cityAlert } from './testing/city.ts'
import { PageBench, signIn } from './testing/page.ts'

const PER_SECOND = 500
const SECONDS = Number(process.env.FUNDWATCH_BURST_SECONDS ?? 60)
const LONG_TASK_MS = 200
const TICK_MS = 100

let bench: PageBench
beforeAll(async () => {
  bench = await PageBench.open()
})
afterAll(() => bench.close())

/** Written into the page: what the browser itself says about tasks that kept it from answering. */
function watchLongTasks(): void {
  const seen: number[] = []
  Object.assign(globalThis, { longTasks: seen })
  new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
}

/** How many rows the page says it has taken. */
function received(): number {
  const { __fundwatch } = globalThis as unknown as { __fundwatch: { stats(): { received: number } } }
  return __fundwatch.stats().received
}

it('takes 500 alerts a second without losing count and without a long task', async () => {
  const dashboard = await bench.dashboard()
  const page = await bench.browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(`http://${await dashboard.listen()}/`)
  await signIn(page)
  await page.evaluate(watchLongTasks)
  let told = 0
  const started = performance.now()
  while (told < PER_SECOND * SECONDS) {
    const due = Math.min(PER_SECOND * SECONDS, Math.floor(((performance.now() - started) / 1_000) * PER_SECOND))
    dashboard.log.append(...Array.from({ length: due - told }, (_, index) => cityAlert(told + index)))
    told = due
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  await expect.poll(() => page.evaluate(received), { timeout: 30_000 }).toBe(told)
  const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)
  const longest = Math.max(0, ...tasks)
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  process.stdout.write(
    `\n  ${told} alerts in ${seconds} s, all received by the page; tasks over 50 ms: ${tasks.length}, the longest ${longest.toFixed(0)} ms\n`,
  )
  expect(longest).toBeLessThan(LONG_TASK_MS)
  expect(await page.locator('[data-testid=rows] > [data-id]').count()).toBeLessThan(60)
  await dashboard.stop()
})
