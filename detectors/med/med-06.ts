import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { DAY, dayOf, formatInstant, type Instant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type LineRef, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { excessOver, sumOf } from '../kit/excess.ts'
import { inPolicy, involved, violating } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { itemName } from '../kit/item-name.ts'
import { itemOf } from '../kit/item-of.ts'
import { itemsNamed } from '../kit/items-named.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/packed.ts'
import { type Measures, peersParts } from '../kit/peers.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/remembered.ts'
import { median } from '../kit/robust.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** A CT or MRI, or another examination of high value. */
interface Image {
  readonly sn: string
  readonly code: string
  readonly name: string
  /** Modality and part of the body; empty where the part is not known. */
  readonly part: string
  readonly at: Instant
  readonly cnt: number
  readonly inscp: Fen
}

interface Imaged extends Remembered {
  readonly visit: string
  readonly images: readonly Image[]
}

type Packed = readonly [sn: string, code: string, name: string, part: string, at: number, cnt: number, inscp: Fen]

const FORM: Form<Imaged> = {
  pack: (imaged) => [
    ...packHead(imaged),
    imaged.visit,
    ...imaged.images.map(({ sn, code, name, part, at, cnt, inscp }): Packed => [sn, code, name, part, packTime(at), cnt, inscp]),
  ],
  unpack(packed) {
    const [, , , visit, ...images] = packed
    const unpackImage = ([sn, code, name, part, at, cnt, inscp]: Packed): Image => {
      return { sn, code, name, part, at: unpackTime(at), cnt, inscp }
    }
    return { visit, images: images.map(unpackImage), ...unpackHead(packed) }
  },
}

interface Exam {
  readonly setl_id: string
  readonly fixmedins_code: string
  readonly med_list_codg: string
  readonly name: string
  readonly fee_ocur_time: string
}

interface Evidence {
  readonly kind: 'repeated' | 'many' | 'custom'
  /** Empty where an institution's month is judged. */
  readonly exams: readonly Exam[]
  /** Images of the visit, or those of one part, of which the exams name first; inpatients of the month. */
  readonly count: number
  readonly limit: number
  /** Within which a part was imaged again; 0 where none was. */
  readonly days: number
  /** Where the visit that repeats also has too many images: how many, and how many it may have; else 0. */
  readonly visit_images: number
  readonly visit_limit: number
  /** Of an institution: its month, the item, and the share of its inpatients that had it beside the peers' median. */
  readonly month: string
  readonly med_list_codg: string
  readonly name: string
  readonly share: number
  readonly peer_median: number
  readonly peers: number
  readonly vola_amt: number
}

interface Params {
  readonly repeat_days: number
  readonly images_a_visit: number
  readonly share: number
  readonly peer_share: number
  readonly least_stays: number
  readonly least_peers: number
}

/** What was done longer ago no longer counts: the previous examination is sought so far back. */
const MEMORY = 30 * DAY
const EXAMINATION = '03'

type Item = ReferenceRow<'item'> | undefined

function modalityOf(item: Item): 'ct' | 'mri' | '' {
  return item?.tags?.includes('ct') ? 'ct' : item?.tags?.includes('mri') ? 'mri' : ''
}

function isCostly(item: Item, line: FeeLine): boolean {
  if (!item) return false
  return modalityOf(item) !== '' || (item.high_value === true && line.med_chrgitm_type === EXAMINATION)
}

function imagesOf(visit: Visit): Image[] {
  const lines = chargedLines(visit)
  return lines.flatMap((line, i): Image[] => {
    const item = itemOf(visit, lines, i)
    if (!isCostly(item, line)) return []
    const { feedetl_sn: sn, med_list_codg: code, fee_ocur_time: at, cnt } = line
    const modality = modalityOf(item)
    const part = modality && item?.body_part ? `${modality} ${item.body_part}` : ''
    return [{ sn, code, name: item?.name || code, part, at, cnt, inscp: inPolicy(line) }]
  })
}

interface Placed extends Image {
  readonly settlement: Imaged
}

interface Said {
  readonly kind: 'repeated' | 'many'
  readonly count: number
  readonly limit: number
  readonly images: readonly Placed[]
  readonly refs: readonly LineRef[]
}

/** The images of later settlements that repeat one of another institution within the days, by settlement. */
function repeatedIn(settlements: readonly Imaged[], { repeat_days }: Params): ReadonlyMap<Imaged, Said> {
  const repeated = new Map<Imaged, Said>()
  settlements.forEach((later, i) => {
    const images = later.images.map((image) => ({ settlement: later, ...image }))
    const pairs = images.flatMap((image) =>
      settlements.slice(0, i).flatMap((earlier) => {
        // What lies beyond the memory may or may not be gone; what holds must not depend on it.
        if (earlier.fixmedins_code === later.fixmedins_code || later.at - earlier.at > MEMORY) return []
        const same = earlier.images.filter(
          ({ part, at }) => part !== '' && part === image.part && Math.abs(dayOf(at) - dayOf(image.at)) < repeat_days,
        )
        return same.map((before) => ({ image, before: { settlement: earlier, ...before } }))
      }),
    )
    if (pairs.length === 0) return
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
  })
  return repeated
}

/** The visits with too many images, by their last settlement. */
function manyIn(settlements: readonly Imaged[], { images_a_visit }: Params): ReadonlyMap<Imaged, Said> {
  const many = new Map<Imaged, Said>()
  for (const visit of groupBy(settlements, (one) => one.visit).values()) {
    const images = visit.flatMap((settlement) => settlement.images.map((image) => ({ settlement, ...image })))
    const limit = images_a_visit - 1
    if (sumOf(images.map(({ cnt }) => cnt)) <= limit) continue
    const counted = images.map(({ settlement, sn, cnt, inscp }) => ({ setl_id: settlement.id, feedetl_sn: sn, cnt, inscp }))
    const excess = excessOver(limit, counted)!
    many.set(visit.at(-1)!, { kind: 'many', count: excess.total, limit, images, refs: excess.lines })
  }
  return many
}

function findingOn(psn_no: string, subject: Imaged, said: readonly Said[], { repeat_days }: Params): Finding<Evidence> {
  const refs = new Map<string, LineRef>()
  for (const ref of said.flatMap((one) => one.refs)) {
    const name = `${ref.setl_id}|${ref.feedetl_sn}`
    const known = refs.get(name)
    if (!known || ref.vola_amt > known.vola_amt || ref.vola_item_type < known.vola_item_type) refs.set(name, ref)
  }
  const lines = [...refs.values()]
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const images = new Map(said.flatMap((one) => one.images).map((image) => [`${image.settlement.id}|${image.sn}`, image]))
  const [{ kind, count, limit }, also] = said as [Said, Said?]
  return {
    subject: { type: 'settlement', id: subject.id },
    bucket: '',
    result: 'suspicion',
    severity: 3,
    ...restingOn(psn_no, [...Array.from(images.values(), ({ settlement }) => settlement), subject]),
    vola_amt,
    lines,
    count: said.length,
    evidence: {
      ...{ kind, count, limit, days: kind === 'repeated' ? repeat_days : 0 },
      ...{ visit_images: also?.count ?? 0, visit_limit: also?.limit ?? 0 },
      exams: Array.from(images.values(), ({ settlement, code, name, at }) => {
        const { id: setl_id, fixmedins_code } = settlement
        return { setl_id, fixmedins_code, med_list_codg: code, name, fee_ocur_time: formatInstant(at) }
      }),
      ...{ month: '', med_list_codg: '', name: images.values().next().value!.name, share: 0, peer_median: 0, peers: 0 },
      vola_amt: yuan(vola_amt),
    },
  }
}

interface Tally {
  stays: number
  /** Inpatients that had the examination, by its code. */
  readonly had: Record<string, number>
}

interface Peers {
  readonly n: number
  /** Of what at least half of somebody's inpatients had. */
  readonly medians: Readonly<Record<string, number>>
}

const COMMON = 0.5

function gather(members: ReadonlyMap<string, Measures>): Peers {
  const all = [...members.values()]
  const common = new Set(all.flatMap((shares) => Object.keys(shares).filter((code) => shares[code]! >= COMMON)))
  const medians = [...common].sort().map((code) => [code, median(all.map((shares) => shares[code] ?? 0))] as const)
  return { n: all.length, medians: Object.fromEntries(medians) }
}

function isExamination(line: FeeLine, item: Item): boolean {
  return line.med_chrgitm_type === EXAMINATION || isCostly(item, line)
}

function countStay(tally: Tally, visit: Visit, sign: 1 | -1): void {
  tally.stays += sign
  const lines = chargedLines(visit)
  const had = new Set(lines.filter((line, i) => isExamination(line, itemOf(visit, lines, i))).map((line) => line.med_list_codg))
  for (const code of had) {
    const count = (tally.had[code] ?? 0) + sign
    if (count > 0) tally.had[code] = count
    else delete tally.had[code]
  }
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10
}

/** MED-06 大检查/无指征检查: costly images again and again, and examinations that everybody in a hospital gets. */
export default defineDetector<Evidence, Params>({
  id: 'MED-06',
  version: 2,
  title: { zh: '大检查/无指征检查', en: 'Excessive examination' },
  category: 'MED',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['mid', 'post'],
  behaviour: '过度检查',
  params: {
    repeat_days: byDefault(7, 'days in which one part is imaged again at another institution'),
    images_a_visit: byDefault(3, 'costly images in one visit that are too many'),
    share: byDefault(0.95, 'share of inpatients who have the examination'),
    peer_share: byDefault(0.6, 'median share of the peers, at most'),
    least_stays: byDefault(20, 'inpatients of a month; fewer say nothing of a custom'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
  },
  parts: [
    windowRule<Visit, Imaged, Evidence, Params>({
      name: 'VISIT',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      concerns: ({ feedetail, items }) => feedetail.some((line, i) => isCostly(items[i], line)),
      form: FORM,
      keep: MEMORY,
      remember(visit) {
        const images = imagesOf(visit)
        return images.length > 0 ? { visit: visitOf(visit), images, ...remembered(visit) } : undefined
      },
      judge(settlements, { root, params }) {
        const [repeated, many] = [repeatedIn(settlements, params), manyIn(settlements, params)]
        if (repeated.size + many.size === 0) return { holds: NOTHING_HOLDS }
        const subjects = new Set([...repeated.keys(), ...many.keys()])
        const holds = Array.from(subjects, (subject) => {
          const said = [repeated.get(subject), many.get(subject)].filter((one) => one !== undefined)
          return findingOn(root, subject, said, params)
        })
        return { holds }
      },
    }),
    ...peersParts<Visit, Tally, Peers, Evidence, Params>({
      topic: 'MED-06',
      partialMonths: true,
      name: 'INST',
      on: ['settlement'],
      root: ({ fixmedins_code }) => fixmedins_code,
      at: ({ setl_time }) => setl_time,
      // A stay is counted once, with what its last settlement charges.
      concerns: ({ med_class, mid_setl_flag }) => isInpatient(med_class) && mid_setl_flag !== '1',
      initial: () => ({ stays: 0, had: {} }),
      count: countStay,
      named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
      measures({ stays, had }, { params }) {
        if (stays < params.least_stays) return undefined
        return Object.fromEntries(Object.entries(had).map(([code, count]) => [code, count / stays]))
      },
      gather,
      judge({ month, tally, measures, peers }, { params, reference, at }) {
        if (peers.n < params.least_peers) return 'SAMPLE_SMALL'
        const customs = Object.keys(measures).filter((code) => {
          const typical = peers.medians[code]
          return measures[code]! >= params.share && typical !== undefined && typical <= params.peer_share
        })
        return customs.map((code) => ({
          ...{ bucket: `${month}|${code}`, result: 'suspicion', severity: 3, vola_amt: 0, count: 1 },
          evidence: {
            ...{ kind: 'custom', exams: [], count: tally.stays, limit: percent(params.share), month, med_list_codg: code },
            ...{ days: 0, visit_images: 0, visit_limit: 0 },
            ...{ name: itemName(code, at, reference), share: percent(measures[code]!) },
            ...{ peer_median: percent(peers.medians[code]!), peers: peers.n, vola_amt: 0 },
          },
        }))
      },
    }),
  ],
  explain(
    { kind, exams, count, limit, days, visit_images, visit_limit, month, name, share, peer_median, peers, vola_amt },
    language,
  ) {
    if (kind === 'custom')
      return language === 'zh'
        ? `${month}住院${count}人中${share}%做${name}，同级${peers}家中位${peer_median}%。`
        : `In ${month} ${share} % of ${count} inpatients had ${name}; the median of ${peers} peers is ${peer_median} %.`
    const amount = formatYuan(vola_amt * 100)
    if (kind === 'repeated') {
      const again = itemsNamed(exams.slice(0, count), language)
      if (language === 'zh') {
        const also = visit_images > 0 ? `且一次就诊大型检查${visit_images}次(上限${visit_limit})，` : ''
        return `${days}日内在不同机构重复检查${again}，前后共${count}次，${also}重复${also && '及超出'}部分涉及${amount}元。`
      }
      const also = visit_images > 0 ? `, and one visit has ${visit_images} costly images (limit ${visit_limit})` : ''
      return `Imaged again at another institution within ${days} days: ${again}, ${count} times in all${also}; what was repeated${also && ' or too much'} cost ${amount} yuan.`
    }
    return language === 'zh'
      ? `一次就诊大型检查${count}次(上限${limit})，含${itemsNamed(exams, language)}，超出部分${amount}元。`
      : `One visit has ${count} costly images (limit ${limit}), ${itemsNamed(exams, language)} among them: ${amount} yuan too much.`
  },
  example: {
    kind: 'repeated',
    exams: [
      {
        ...{ setl_id: 'S1', fixmedins_code: 'H99010100001', med_list_codg: '003101000010000', name: '胸部CT平扫' },
        fee_ocur_time: '2026-03-02T09:00:00+08:00',
      },
      {
        ...{ setl_id: 'S2', fixmedins_code: 'H99010100002', med_list_codg: '003101000010000', name: '胸部CT平扫' },
        fee_ocur_time: '2026-03-05T09:00:00+08:00',
      },
    ],
    ...{ days: 7, visit_images: 0, visit_limit: 0 },
    ...{
      count: 2,
      limit: 1,
      month: '',
      med_list_codg: '',
      name: '胸部CT平扫',
      share: 0,
      peer_median: 0,
      peers: 0,
      vola_amt: 216,
    },
  },
})
