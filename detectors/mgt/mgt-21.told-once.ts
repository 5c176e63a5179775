import { type Day, dayOf, type Instant } from '../../schemas/time.ts'

/** Goods that came or went, as one message tells; `codes` of their packages, where it names them. */
export interface Goods {
  readonly at: Instant
  readonly packs: number
  readonly codes: readonly string[]
}

/**
 * Packs by day of which two kinds of messages tell, each once, when it is first told. They tell of the same goods where they
 * name the same packages, on whichever days; where either of them names none, as far as both tell of the same day.
 */
export function toldOnce(some: readonly Goods[], others: readonly Goods[]): ReadonlyMap<Day, number> {
  const packs = new Map<Day, number>()
  const add = (day: Day, many: number) => packs.set(day, (packs.get(day) ?? 0) + many)
  const alone = (
    goods: readonly Goods[],
    known: ReadonlyMap<string, Instant>,
    isFirst: (own: Instant, known: Instant) => boolean,
  ) =>
    goods.map((one) => {
      const left = one.codes.filter((code) => !known.has(code))
      const first = one.codes.filter((code) => known.has(code) && isFirst(one.at, known.get(code)!))
      const each = one.packs / Math.max(1, one.codes.length)
      const single = one.codes.length > 0 ? each * left.length : one.packs
      add(dayOf(one.at), single + each * first.length)
      return { ...one, packs: single }
    })
  const left = alone(some, firstTold(others), (own, known) => own <= known)
  const right = alone(others, firstTold(some), (own, known) => own < known)
  for (const day of packs.keys()) add(day, -inCommon(onDay(left, day), onDay(right, day)))
  return packs
}

function firstTold(goods: readonly Goods[]): ReadonlyMap<string, Instant> {
  const first = new Map<string, Instant>()
  for (const { at, codes } of goods) for (const code of codes) first.set(code, Math.min(at, first.get(code) ?? at))
  return first
}

function packsIn(goods: readonly Goods[]): number {
  return goods.reduce((sum, { packs }) => sum + packs, 0)
}

function onDay(goods: readonly Goods[], day: Day): Goods[] {
  return goods.filter(({ at }) => dayOf(at) === day)
}

/** Of one day: goods that both name, and differently, are others. */
function inCommon(left: readonly Goods[], right: readonly Goods[]): number {
  const nameless = (goods: readonly Goods[]) => packsIn(goods.filter(({ codes }) => codes.length === 0))
  return Math.min(packsIn(left), packsIn(right), nameless(left) + nameless(right))
}
