import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { formatInstant, HOUR, type Instant } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { windowRule } from '../kit/parts/window.ts'
import { isNewborn } from '../kit/stays/newborn.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { latestBegin, STAY_MEMORY, type Stay, type StayEntry, staysOf } from '../kit/stays/stay.ts'
import { isNear, keepStays, lacksBegin, placedEntry, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'

interface Word extends StayEntry {
  readonly newborn: boolean
}

const FORM: Form<Word> = {
  pack: (word) => (word.newborn ? [STAY_FORM.pack(word), 1] : [STAY_FORM.pack(word)]),
  unpack: ([entry, newborn]) => ({ newborn: newborn === 1, ...STAY_FORM.unpack(entry) }),
}

interface Side {
  readonly mdtrt_id: string
  readonly fixmedins_code: string
  readonly begntime: string
  /** `null` while the stay is open. */
  readonly endtime: string | null
  readonly dscg_way: string
}

interface Evidence {
  readonly later: Side
  readonly others: readonly (Side & {
    /** `null` while both stays are open. */
    readonly overlap_hours: number | null
  })[]
  /** What the fund paid for the later stay, as far as it is settled. */
  readonly vola_amt: number
}

interface Params {
  readonly overlap_hours: number
  readonly transfer_hours: number
}

const TRANSFERRED = '2'

function overlapOf(earlier: Stay, later: Stay): number {
  const end = Math.min(earlier.endtime ?? Number.POSITIVE_INFINITY, later.endtime ?? Number.POSITIVE_INFINITY)
  return end - latestBegin(later.begntime)
}

/** The stay that ends the overlap ended by a transfer, and the papers followed within the time allowed. */
function isTransfer(earlier: Stay, later: Stay, overlap: number, { transfer_hours }: Params): boolean {
  const ended = (earlier.endtime ?? Number.POSITIVE_INFINITY) <= (later.endtime ?? Number.POSITIVE_INFINITY) ? earlier : later
  return ended.dscg_way === TRANSFERRED && overlap <= transfer_hours * HOUR
}

function overlapping(earlier: Stay, later: Stay, params: Params): boolean {
  const overlap = overlapOf(earlier, later)
  if (earlier.fixmedins_code === later.fixmedins_code || overlap <= params.overlap_hours * HOUR) return false
  return !isTransfer(earlier, later, overlap, params)
}

function sideOf({ mdtrt_id, fixmedins_code, begntime, endtime, dscg_way }: Stay): Side {
  const period = { begntime: formatInstant(begntime), endtime: endtime === undefined ? null : formatInstant(endtime) }
  return { mdtrt_id, fixmedins_code, ...period, dscg_way }
}

function findingOn(psn_no: string, later: Stay, others: readonly Stay[], words: readonly Word[]): Finding<Evidence> {
  const named = new Set([later, ...others].flatMap(({ setl_ids }) => setl_ids))
  const { fixmedins_code, admdvs, insu_admdvs } = later
  return {
    subject: { type: 'person', id: psn_no },
    bucket: later.mdtrt_id,
    result: 'violation',
    severity: 1,
    vola_amt: later.fund,
    setl_ids: words.filter(({ id }) => named.has(id)).map(({ id }) => id),
    lines: [],
    at: later.begntime,
    count: others.length,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      later: sideOf(later),
      others: others.map((other) => {
        const overlap = overlapOf(other, later)
        return { ...sideOf(other), overlap_hours: Number.isFinite(overlap) ? Math.round(overlap / 360_000) / 10 : null }
      }),
      vola_amt: yuan(later.fund),
    },
  }
}

/** MGT-08 两院同时住院: stays of one person at two institutions overlap. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-08',
  version: 2,
  title: { zh: '两院同时住院', en: 'Overlapping stays at two institutions' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '40(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    overlap_hours: byDefault(4, 'a longer overlap is judged, and so long after the later admission'),
    transfer_hours: byDefault(24, 'overlap that a transfer (dscg_way 2) explains'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Word, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, context) {
        return { newborn: event.kind !== 'discharge' && isNewborn(event), ...placedEntry(event, context) }
      },
      partly: lacksBegin,
      judge(words, { root, params, watermark }) {
        const newborns = new Set(words.filter(({ newborn }) => newborn).map(({ mdtrt_id }) => mdtrt_id))
        const stays = staysOf(words)
        const told = toldOf(words)
        const holds: Finding<Evidence>[] = []
        const held = new Set<string>()
        let wakeAt: Instant | undefined
        stays.forEach((later, i) => {
          // Mother and newborn may share one number.
          const samePerson = (stay: Stay) => newborns.has(stay.mdtrt_id) === newborns.has(later.mdtrt_id)
          // What is further apart may or may not be remembered together; what holds must not depend on it.
          const near = stays.slice(0, i).filter(({ mdtrt_id }) => isNear(told.get(mdtrt_id)!, told.get(later.mdtrt_id)!))
          const others = near.filter((stay) => samePerson(stay) && overlapping(stay, later, params))
          if (others.length === 0) return
          const due = later.begntime + params.overlap_hours * HOUR
          if (watermark < due) {
            wakeAt ??= due
            return
          }
          holds.push(findingOn(root, later, others, words))
          for (const { mdtrt_id } of [later, ...others]) held.add(mdtrt_id)
        })
        return { holds, wakeAt, keep: keepStays(told, held) }
      },
    }),
  ],
  explain({ later, others, vola_amt }, language) {
    const [first] = others
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const hours = first.overlap_hours
    return language === 'zh'
      ? `${later.begntime.slice(0, 10)}在${later.fixmedins_code}入院时仍在${first.fixmedins_code}住院，${hours === null ? '至今重叠' : `重叠${hours}小时`}，后一次住院基金${amount}元。`
      : `Admitted to ${later.fixmedins_code} on ${later.begntime.slice(0, 10)} while in ${first.fixmedins_code}: ${hours === null ? 'both stays are open' : `the stays overlap by ${hours} hours`}; the fund paid ${amount} yuan for the later one.`
  },
  example: {
    later: {
      ...{ mdtrt_id: 'M2', fixmedins_code: 'H99010100002', dscg_way: '1' },
      ...{ begntime: '2026-03-03T09:00:00+08:00', endtime: '2026-03-08T10:00:00+08:00' },
    },
    others: [
      {
        ...{ mdtrt_id: 'M1', fixmedins_code: 'H99010100001', dscg_way: '1', overlap_hours: 49 },
        ...{ begntime: '2026-03-01T09:00:00+08:00', endtime: '2026-03-05T10:00:00+08:00' },
      },
    ],
    vola_amt: 3500,
  },
})
