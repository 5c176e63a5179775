import type { Day } from '../../schemas/time.ts'
import type { Form } from '../detector.ts'
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
import type { Settled, Stay, Ward } from './ano-18.terms.ts'

type Packed = readonly [judged: Day, beds: Ward['beds'], unannounced: 0 | 1, admdvs: string, stays: string]

export const FORM: Form<Ward> = {
  pack: ({ stays, beds, judged, unannounced, admdvs }): Packed => {
    return [judged, beds, unannounced ? 1 : 0, admdvs, packAll(stays.values(), packStay)]
  },
  unpack: ([judged, beds, unannounced, admdvs, stays]: Packed) => ({
    stays: new Map(unpackAll(stays, unpackStay).map((stay) => [stay.visit, stay])),
    ...{ beds, judged, unannounced: unannounced === 1, admdvs },
  }),
}

function packStay({ visit, began, ended, ingested, settled }: Stay): string {
  const head = [packName(visit), packSince(began, 0), packSince(ended, began), packSince(ingested, ended)]
  return packGroups([head, ...settled.map((bill) => packBill(bill, began, ended))])
}

function unpackStay(written: string): Stay {
  const groups = unpackGroups(written)
  const head = groups[0]!
  const began = unpackSince(head[1], 0)
  const ended = unpackSince(head[2], began)
  const settled: Settled[] = []
  for (let i = 1; i < groups.length; i++) settled.push(unpackBill(groups[i]!, began, ended))
  return { visit: unpackName(head[0]), began, ended, ingested: unpackSince(head[3], ended), settled, written }
}

/** A bill nearly always tells the times of its stay that are known already. */
const AS_KNOWN = ''
const UNTOLD = '-'
const MID = '1'

function packBill({ id, at, begntime, endtime, mid, fund }: Settled, began: number, ended: number): string[] {
  const told = (time: number, known: number) => (time === known ? AS_KNOWN : packSince(time, known) || UNTOLD)
  const times = [told(begntime, began), told(endtime, ended)]
  return [packName(id), packSince(at, ended || began), packWhole(fund), ...times, mid ? MID : '']
}

function unpackBill(bill: readonly (string | undefined)[], began: number, ended: number): Settled {
  const told = (text: string | undefined, known: number) => {
    if (!text) return known
    return text === UNTOLD ? 0 : unpackSince(text, known)
  }
  const times = { at: unpackSince(bill[1], ended || began), begntime: told(bill[3], began), endtime: told(bill[4], ended) }
  return { id: unpackName(bill[0]), ...times, mid: bill[5] === MID, fund: unpackWhole(bill[2]) }
}
