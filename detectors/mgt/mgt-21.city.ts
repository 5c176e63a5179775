import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const moved = (inv_id: string, at: number, more: object) => ({
  ...{ kind: 'inventory', inv_id, fixmedins_code: 'P1', med_list_codg: 'XBOX', time: formatInstant(at), ...more },
})

/** So long that a few of them are a page. */
const named = (id: string) => id.padEnd(1_500, '-')

const sale = fc.constantFrom(1, 2, 5).map((cnt) => (id: string, at: number) => [
  settlement({
    ...{ setl_id: named(id), psn_no: 'A', fixmedins_code: 'P1', mdtrt_admdvs: '', med_type: '41', setl_time: formatInstant(at) },
    feedetail: [{ med_list_codg: 'XBOX', cnt }],
  }),
])

/** Some customers bring a pack back the next day. */
const returned: fc.Arbitrary<Happening> = sale.map((sells) => (id, at) => [
  ...sells(id, at),
  moved(`back-${id}`, at + 24 * HOUR, { inv_type: 'sale_return', setl_id: named(id), cnt: 1 }),
])

const movement: fc.Arbitrary<Happening> = fc
  .record({
    inv_type: fc.constantFrom('stock', 'stock', 'purchase', 'purchase', 'purchase_return', 'change', 'sale', 'sale_return'),
    inv_chg_type: fc.constantFrom('108', '109'),
    cnt: fc.constantFrom(1, 3),
    codes: fc.subarray(['X1', 'X2', 'X3']),
  })
  .map(({ codes, ...given }) => (id, at) => [
    moved(id, at, { ...given, drug_trac_info: codes.map((drug_trac_codg) => ({ drug_trac_codg })) }),
  ])

/** A pharmacy that counts, buys, sells and takes back one item. */
export default {
  happenings: [
    { weight: 12, arbitrary: sale },
    { weight: 4, arbitrary: returned },
    { weight: 10, arbitrary: movement },
  ],
  extra: sale,
  params: { packs: 0, share: 0 },
} satisfies Quarter
