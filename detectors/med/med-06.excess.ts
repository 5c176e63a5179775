import { DAY, dayOf } from '../../schemas/time.ts'
import type { LineRef } from '../detector.ts'
import { excessOver, sumOf } from '../kit/bills/excess.ts'
import { involved, violating } from '../kit/bills/finding.ts'
import { corrected } from '../kit/bills/visit-bills.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { isOfHead } from './med-06.images.ts'
import type { Image, Imaged, Params } from './med-06.terms.ts'

/** What was done longer ago no longer counts: the previous examination is sought so far back. */
export const MEMORY = 30 * DAY

interface Placed extends Image {
  readonly settlement: Imaged
}

export interface Said {
  readonly kind: 'repeated' | 'many'
  readonly count: number
  readonly limit: number
  readonly images: readonly Placed[]
  readonly refs: readonly LineRef[]
}

/** By the time of the image, not of the bill: a stay is settled at its end, and some bills come late. */
function isBefore(one: Placed, other: Placed): boolean {
  return byTime(one, other) < 0
}

function byTime(one: Placed, other: Placed): number {
  return one.at - other.at || inTime(one.settlement, other.settlement)
}

/** What the person pays alone is neither too much nor again at the cost of the fund. */
function isPaid({ inscp }: Image): boolean {
  return inscp > 0
}

/** The images that repeat one of another institution within the days before, by settlement. */
function repeatedIn(settlements: readonly Imaged[], { repeat_days }: Params): ReadonlyMap<Imaged, Said> {
  const repeated = new Map<Imaged, Said>()
  const placed = settlements.flatMap((settlement) => settlement.lines.map((image) => ({ settlement, ...image })))
  for (const later of settlements) {
    const own = placed.filter((image) => image.settlement === later && isPaid(image))
    const images = own.filter((image) => !(later.critical && isOfHead(image)))
    const pairs = images.flatMap((image) => {
      const same = placed.filter((before) => {
        const { settlement: earlier, part, at } = before
        // What lies beyond the memory may or may not be gone; what holds must not depend on it.
        if (earlier.fixmedins_code === later.fixmedins_code || Math.abs(later.at - earlier.at) > MEMORY) return false
        return part !== '' && part === image.part && isBefore(before, image) && dayOf(image.at) - dayOf(at) < repeat_days
      })
      return same.map((before) => ({ image, before }))
    })
    if (pairs.length === 0) continue
    const accused = [...new Set(pairs.map(({ image }) => image))]
    const before = [...new Map(pairs.map(({ before }) => [`${before.settlement.id}|${before.sn}`, before])).values()]
    const refs = [
      ...before.map(({ settlement, sn }) => involved(settlement.id, { feedetl_sn: sn })),
      ...accused.map(({ sn, inscp }) => violating(later.id, { feedetl_sn: sn }, inscp)),
    ]
    repeated.set(later, {
      kind: 'repeated',
      count: before.length + accused.length,
      limit: 1,
      images: [...before, ...accused],
      refs,
    })
  }
  return repeated
}

/** Images of the head that follow one of the same method in a critical visit are not too many. */
function withoutFollowUps(images: readonly Placed[]): readonly Placed[] {
  if (!images.some(({ settlement }) => settlement.critical)) return images
  return images.filter((image) => !isOfHead(image) || !images.some(({ part, at }) => part === image.part && at < image.at))
}

/** The visits with too many images, by their last settlement. */
function manyIn(settlements: readonly Imaged[], { images_a_visit }: Params): ReadonlyMap<Imaged, Said> {
  const many = new Map<Imaged, Said>()
  for (const visit of groupBy(settlements, (one) => one.visit).values()) {
    const paid = visit.flatMap((settlement) => settlement.lines.filter(isPaid).map((image) => ({ settlement, ...image })))
    const images = withoutFollowUps(paid.sort(byTime))
    const limit = images_a_visit - 1
    if (sumOf(images.map(({ cnt }) => cnt)) <= limit) continue
    const counted = images.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp }))
    const excess = excessOver(limit, counted)!
    many.set(visit.at(-1)!, { kind: 'many', count: excess.total, limit, images, refs: excess.lines })
  }
  return many
}

/** What is said of the settlements that repeat an image, or are the last with one of a visit that has too many. */
export function saidIn(settlements: readonly Imaged[], params: Params): ReadonlyMap<Imaged, readonly Said[]> {
  const said = new Map<Imaged, Said[]>()
  for (const found of [repeatedIn(settlements, params), manyIn(settlements, params)])
    for (const [settlement, one] of found) said.set(settlement, [...(said.get(settlement) ?? []), one])
  return said
}

/** The settlements with the images that later bills of their visits leave of them. */
export function leftIn(settlements: readonly Imaged[], params: Params): readonly Imaged[] {
  if (settlements.every(({ back }) => back.length === 0)) return settlements
  const inQuestion = (bills: readonly Imaged[]) => [...saidIn(bills, params).values()].flat().flatMap(({ images }) => images)
  return corrected<Image, Imaged>(settlements, inQuestion).filter(({ lines }) => lines.length > 0)
}
