import type { Inventory } from '../../schemas/events.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Day, dayOf, hourOf, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import { type Form, type Part, type Reversal, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { soldIn } from './mgt-21.sold.ts'
import { CLOSES, flowOf, type Sold, UNSETTLED } from './mgt-21.stock-ledger.ts'
import { type Evidence, GONE, type Params, SALES } from './mgt-21.terms.ts'

/** The day's sales by item, each as many as it had settlements. */
interface Shelf {
  readonly day: Day
  readonly items: Record<string, Sold[]>
}

/** Each settlement once, and of each item packs, amount and the number of its settlement: a bill has many items. */
const SHELF_FORM: Form<Shelf> = {
  pack({ day, items }) {
    const numbers = new Map<string, number>()
    const settlements: (string | number)[] = []
    const packed = Object.entries(items).map(([code, all]) => {
      const fields: (string | number)[] = [code]
      for (const { packs, inscp, id, second } of all) {
        const number = numbers.get(id) ?? numbers.set(id, numbers.size).size - 1
        if (settlements.length === 2 * number) settlements.push(id, second)
        fields.push(packs, inscp, number)
      }
      return fields
    })
    return [day, settlements, ...packed]
  },
  unpack([day, settlements, ...packed]: [Day, (string | number)[], ...[string, ...number[]][]]) {
    const items: Record<string, Sold[]> = {}
    for (const [code, ...fields] of packed) {
      const all: Sold[] = []
      for (let i = 0; i < fields.length; i += 3) {
        const [packs, inscp, number] = fields.slice(i, i + 3) as [number, Fen, number]
        const [id, second] = [settlements[2 * number] as string, settlements[2 * number + 1] as number]
        all.push({ hour: hourOf(Math.round(second * SECOND)), packs, inscp, id, second })
      }
      items[code] = all
    }
    return { day, items }
  },
}

type Selling = Visit | Reversal | Inventory

function dayIn(event: Selling): Day {
  if (event.kind === 'inventory') return dayOf(event.time)
  return dayOf(event.kind === 'reversal' ? event.visit.setl_time : event.setl_time)
}

function unsettledSale({ time }: Inventory): Sold {
  return { hour: hourOf(time), packs: 0, inscp: 0, id: UNSETTLED, second: time / SECOND }
}

/** What was sold on one day. When nothing of the day can come any more each item's ledger is told. */
export const shelf: Part<Selling, Shelf, Evidence, Params> = {
  name: 'SOLD',
  on: ['settlement', 'reversal', 'inventory'],
  space: 'institution',
  root: (event) => (event.kind === 'reversal' ? event.visit.fixmedins_code : event.fixmedins_code),
  key: (event) => String(dayIn(event)),
  concerns: (event) => event.kind !== 'inventory' || flowOf(event) === 'own_sale',
  memoryless: false,
  owned: true,
  form: SHELF_FORM,
  initial: () => ({ day: 0, items: {} }),
  onEvent(known, event, { root, at }) {
    const day = dayIn(event)
    const wakeAt = startOfDay(day + 1) + CLOSES
    if (event.kind === 'reversal') {
      if (event.isUnheard) return UNCHANGED
      // Until the day closes `onVoid` takes its part back, and the ledger knows nothing yet of the day.
      const tells = [...soldIn(event.visit)].map(([item, sold]) => tell(GONE, root, day, at, { item, sold }))
      return known.day === 0 ? { state: undefined, tells } : { state: known, tells, wakeAt }
    }
    const memory = known.day === 0 ? { ...known, day } : known
    if (event.kind === 'inventory') {
      const all = memory.items[event.med_list_codg] ?? []
      if (all.some(({ id }) => id === UNSETTLED)) return UNCHANGED
      memory.items[event.med_list_codg] = [...all, unsettledSale(event)]
      return { state: memory, wakeAt }
    }
    const sold = soldIn(event)
    if (sold.size === 0) return UNCHANGED
    for (const [code, one] of sold) {
      const all = memory.items[code]
      if (all) all.push(one)
      else memory.items[code] = [one]
    }
    return { state: memory, wakeAt }
  },
  onVoid(memory, original) {
    const { setl_id } = original as Visit
    for (const [code, all] of Object.entries(memory.items)) {
      const left = all.filter(({ id }) => id !== setl_id)
      if (left.length > 0) memory.items[code] = left
      else delete memory.items[code]
    }
    const isEmpty = Object.keys(memory.items).length === 0
    return { state: isEmpty ? undefined : memory, wakeAt: isEmpty ? undefined : startOfDay(memory.day + 1) + CLOSES }
  },
  onTime({ day, items }, { root, at }) {
    const tells = Object.keys(items)
      .sort()
      .map((item) => tell(SALES, root, day, at, { item, sold: items[item] }))
    return { state: undefined, tells }
  },
}

function tell(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: String(day), at, admdvs: '', values }
}
