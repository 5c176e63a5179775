import { beforeAll, describe, expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../schemas/time.ts'
import { findDetectors } from './catalogue.ts'
import { SCENARIOS, tell } from './simulate/scenario/scenarios.ts'
import { simulate } from './simulate/simulate.ts'
import { Orders } from './testing/orders.ts'

function region(settlements: number): string[] {
  return [...simulate({ settlements, seed: 5 })].flatMap((row) => ('event' in row ? [row.event] : []))
}

/** With eight quiet days at its end, as `replay --drain` adds them. */
function scenario(name: string): string[] {
  const events = [...tell(name, SCENARIOS[name]!, 1).events()]
  const end = parseInstant((events.at(-1)!.setl_time ?? events.at(-1)!.time) as string) + 8 * DAY
  return [...events, { kind: 'heartbeat', time: formatInstant(end) }].map((event) => JSON.stringify(event))
}

const HISTORIES: Readonly<Record<string, () => string[]>> = {
  '5,000 settlements': () => region(5_000),
  '20,000 settlements': () => region(20_000),
  ...Object.fromEntries(Object.keys(SCENARIOS).map((name) => [`the scenario of ${name}`, () => scenario(name)])),
}

describe.each(Object.entries(HISTORIES))('The same alerts come of %s', (_, linesOf) => {
  let orders: Orders
  let expected: Awaited<ReturnType<Orders['tell']>>
  beforeAll(async () => {
    orders = new Orders(await findDetectors(), linesOf())
    expected = await orders.tell(undefined, { batch: 1000 })
  })

  test('in batches of 1, 100 and 10,000', async () => {
    for (const batch of [1, 100, 10_000]) expect(await orders.inBatchesOf(batch)).toEqual(expected.all)
  })

  test('when the run is killed again and again', async () => {
    expect(await orders.inBatchesOf(100, 3)).toEqual(expected.all)
  })

  test('however late events are within the allowed delays', async () => {
    for (const seed of [1, 2]) expect(await orders.shuffled(seed)).toEqual(expected.open)
  })

  test('from partitions that are days apart', async () => {
    for (const seed of [1, 2, 3]) expect(await orders.apart(200, seed)).toEqual(expected.open)
  })
})
