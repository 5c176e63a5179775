import type { Admissions } from './admissions.ts'
import type { Deliveries } from './deliveries.ts'
import type { Issuer } from './issuer.ts'
import type { People } from './people.ts'
import type { Random } from './random.ts'
import type { Region } from './region.ts'
import { type Settlement, settlementLine, type Terms } from './settlement.ts'

/** What counters and wards of a run share. */
export interface World {
  readonly region: Region
  readonly people: People
  readonly admissions: Admissions
  readonly deliveries: Deliveries
  readonly issuer: Issuer
  readonly random: Random
}

export const TERMS = {
  account: { share: 0, deductible: 0, account: 1000 },
  pharmacy: { share: 700, deductible: 0, account: 1000 },
  outpatient: { share: 600, deductible: 0, account: 500 },
  chronic: { share: 750, deductible: 0, account: 300 },
  maternity: { share: 900, deductible: 0, account: 500 },
  stay: { share: 800, deductible: 50_000, account: 200 },
} as const satisfies Record<string, Terms>

/** Shares of settlements that arrive late and that arrive twice, always within the ten minutes that are allowed (seconds). */
const LATE_SHARE = 0.03
const TWICE_SHARE = 0.002
const LATE_AT_MOST = 540
const TWICE_AT_MOST = 595

/** Puts a settlement on its way: mostly at once, sometimes late or twice. It is made and written when it arrives. */
export function dispatch(world: World, setl_time: number, make: () => Settlement): void {
  const { deliveries, random, region } = world
  const delay = random.chance(LATE_SHARE) ? random.between(5, LATE_AT_MOST) : 0
  const arrival = setl_time + delay
  const twice = random.chance(TWICE_SHARE) ? setl_time + random.between(delay + 1, TWICE_AT_MOST) : undefined
  deliveries.send(arrival, () => {
    const line = settlementLine(make(), region.calendar)
    if (twice !== undefined) deliveries.send(twice, line)
    return line
  })
}

/** 就诊凭证类型: mostly the electronic credential, else a card. */
export function credential(random: Random): string {
  const draw = random.next()
  return draw < 0.6 ? '01' : draw < 0.9 ? '03' : '02'
}
