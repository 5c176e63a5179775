import type { Fen } from '../../schemas/money.ts'
import type { Form } from '../detector.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { Group, Month } from './pol-18.terms.ts'

type PackedGroup = readonly [
  ...[name: string, selected: number, others: number, amount: Fen, products: Record<string, number>],
  ...[overpriced: number, excess: Fen, held: number, otherHits: (string | number)[], overpricedHits: (string | number)[]],
]

export const FORM: Form<Month> = {
  pack: ({ admdvs, groups }) => [
    admdvs,
    ...Object.entries(groups).map(([name, group]) => [
      ...[name, group.selected, group.others, group.amount, group.products, group.overpriced, group.excess, group.held ? 1 : 0],
      ...[packHits(group.otherHits), packHits(group.overpricedHits)],
    ]),
  ],
  unpack: ([admdvs, ...groups]: [string, ...PackedGroup[]]) => {
    return { admdvs, groups: Object.fromEntries(groups.map(unpackGroup)) }
  },
}

function unpackGroup([name, selected, others, amount, products, overpriced, excess, held, ...hits]: PackedGroup): [
  string,
  Group,
] {
  const [otherHits, overpricedHits] = hits.map(unpackHits) as [Entry[], Entry[]]
  return [name, { selected, others, amount, products, overpriced, excess, held: held === 1, otherHits, overpricedHits }]
}

function packHits(hits: readonly Entry[]): (string | number)[] {
  return hits.flatMap(({ id, at }) => [id, packTime(at)])
}

function unpackHits(packed: readonly (string | number)[]): Entry[] {
  return packed.flatMap((id, i) => (i % 2 === 0 ? [{ id: String(id), at: unpackTime(Number(packed[i + 1])) }] : []))
}
