import type { Day } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
import { type PackedTime, packTime, unpackTime } from '../kit/parts/packed.ts'
import {
  packAll,
  packGroups,
  packName,
  packSince,
  packWhole,
  unpackAll,
  unpackGroups,
  unpackName,
  unpackSince,
  unpackWhole,
} from '../kit/parts/written.ts'
import type { Settled, Stay } from './ano-07.beds.ts'
import type { KnownCrowd, Ward } from './ano-07.memory.ts'

type PackedCrowd = readonly [day: Day, origin: string, usual: number, from: PackedTime, to: PackedTime, ...visits: string[]]
type Packed = readonly [
  ...[tidied: Day, judged: Day, waiting: Day, newest: PackedTime],
  ...[stays: string, history: PackedDays, sick: PackedDays, surges: Ward['surges']],
  ...PackedCrowd[],
]

export const FORM: Form<Ward> = {
  pack: ({ stays, history, sick, surges, crowds, judged, newest, waiting, tidied }): Packed => {
    const packed = [packAll(stays.values(), packStay), packDays(history), packDays(sick), surges] as const
    return [tidied, judged, waiting, packTime(newest), ...packed, ...crowds.map(packCrowd)]
  },
  unpack: ([tidied, judged, waiting, newest, stays, history, sick, surges, ...crowds]: Packed) => ({
    stays: new Map(unpackAll(stays, unpackStay).map((stay) => [stay.visit, stay])),
    history: unpackDays(history, String),
    sick: unpackDays(sick, Number),
    surges,
    crowds: crowds.map(unpackCrowd),
    ...{ judged, newest: unpackTime(newest), waiting, tidied },
  }),
}

function packCrowd({ day, origin, usual, from, to, visits }: KnownCrowd): PackedCrowd {
  return [day, origin, usual, packTime(from), packTime(to), ...visits]
}

function unpackCrowd([day, origin, usual, from, to, ...visits]: PackedCrowd): KnownCrowd {
  return { day, origin, usual, visits, from: unpackTime(from), to: unpackTime(to) }
}

function packStay({ visit, at, insu, age, icd, ended, ingested, settled }: Stay): string {
  const head = [packName(visit), packSince(at, 0), packName(insu), String(age), packName(icd)]
  const bills = settled.map((bill) => [packName(bill.id), packSince(bill.at, ended), packWhole(bill.fund)])
  return packGroups([[...head, packSince(ended, at), packSince(ingested, ended)], ...bills])
}

function unpackStay(written: string): Stay {
  const groups = unpackGroups(written)
  const head = groups[0]!
  const at = unpackSince(head[1], 0)
  const ended = unpackSince(head[5], at)
  const settled: Settled[] = []
  for (let i = 1; i < groups.length; i++) {
    const bill = groups[i]!
    settled.push({ id: unpackName(bill[0]), at: unpackSince(bill[1], ended), fund: unpackWhole(bill[2]) })
  }
  const who = { insu: unpackName(head[2]), age: Number(head[3]), icd: unpackName(head[4]) }
  return { visit: unpackName(head[0]), at, ...who, ended, ingested: unpackSince(head[6], ended), settled, written }
}

/**
 * What each day knows by origin or category, by these instead: the first day and, divided by spaces, what that day and each
 * after it knows. Where it is long silent, a mark and another first day.
 */
type PackedDays = Record<string, string>
const GAP = '!'
const LONG = 6
const SILENCE = Array.from({ length: LONG }, (_, days) => ' '.repeat(days))

interface Row {
  latest: Day
  text: string
}

function packDays(days: Readonly<Record<string, Readonly<Record<string, string | number>>>>): PackedDays {
  const rows = new Map<string, Row>()
  for (const name in days) {
    const day = Number(name)
    const ofDay = days[name]!
    for (const of in ofDay) {
      const row = rows.get(of)
      if (!row) rows.set(of, { latest: day, text: `${name} ${ofDay[of]!}` })
      else {
        const after = day - row.latest
        row.text += after > 0 && after < LONG ? `${SILENCE[after]!}${ofDay[of]!}` : `${GAP}${name} ${ofDay[of]!}`
        row.latest = day
      }
    }
  }
  const packed: PackedDays = {}
  for (const [of, { text }] of rows) packed[of] = text
  return packed
}

function unpackDays<T>(packed: PackedDays, read: (text: string) => T): Record<string, Record<string, T>> {
  const days: Record<string, Record<string, T>> = {}
  for (const of in packed) {
    for (const row of packed[of]!.split(GAP)) {
      const [first, ...known] = row.split(' ')
      for (const [i, text] of known.entries()) {
        if (text === '') continue
        days[Number(first) + i] ??= {}
        days[Number(first) + i]![of] = read(text)
      }
    }
  }
  return days
}
