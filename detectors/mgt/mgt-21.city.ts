import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const sale = fc.constantFrom(1, 2, 5).map((cnt) => (id: string, at: number) => [
  settlement({
    ...{ setl_id: id, psn_no: 'A', fixmedins_code: 'P1', mdtrt_admdvs: '', med_type: '41', setl_time: formatInstant(at) },
    feedetail: [{ med_list_codg: 'XBOX', cnt }],
  }),
])

const movement: fc.Arbitrary<Happening> = fc
  .record({ inv_type: fc.constantFrom('stock', 'stock', 'purchase', 'sale'), cnt: fc.constantFrom(1, 3) })
  .map((given) => (id, at) => [
    { ...{ kind: 'inventory', inv_id: id, fixmedins_code: 'P1', med_list_codg: 'XBOX', time: formatInstant(at) }, ...given },
  ])

/** A pharmacy that counts, buys and sells one item. */
export default {
  happenings: [
    { weight: 12, arbitrary: sale },
    { weight: 8, arbitrary: movement },
  ],
  extra: sale,
  params: { packs: 0, share: 0 },
} satisfies Quarter
