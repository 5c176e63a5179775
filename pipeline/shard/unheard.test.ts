import { expect, test } from 'vitest'
import fnd01 from '../../detectors/fnd/fnd-01.ts'
import { heartbeat, reference, settlement, voidOf } from '../../detectors/testing/events.ts'
import { runShard } from '../testing/shard-run.ts'

const QUOTA = reference('budget', 'H99010100001:2026-03', { quota: 10_000 })
const paid = (setl_id: string, hifp_pay: number) => settlement({ setl_id, setl_time: '2026-03-30 10:00:00', hifp_pay })
const [counted, other] = [paid('COUNTED', 8_000), paid('OTHER', 500)]
const back = voidOf(other, '2026-03-30 10:05:00')
const april = (day: string) => heartbeat(`2026-04-${day} 00:00:00`)

/** What the one alert says that the fund has paid. */
async function fundAfter(...events: readonly object[]): Promise<unknown> {
  const lines = [QUOTA, ...events, april('20')].map((event) => JSON.stringify(event))
  const { alerts } = await runShard([fnd01], lines, { batch: 1 })
  return [...alerts.values()].map(({ status, evidence }) => [status, (evidence as { fund: number }).fund])
}

test.each<[when: string, events: readonly object[]]>([
  ['has not come yet', [back, counted, other]],
  ['came too late to be heard', [counted, april('10'), other, back]],
  ['was heard', [counted, other, back]],
])('A void takes back what was told of its settlement, and nothing where that %s', async (_, events) => {
  expect(await fundAfter(...events)).toEqual([['open', 8_000]])
})
