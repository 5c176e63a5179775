import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { formatInstant, HOUR, MINUTE } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { distanceKm, type Point, pointOf } from '../kit/plain/distance.ts'
import { isNewborn } from '../kit/stays/newborn.ts'
import { byDefault } from '../params.ts'

/** Somebody presented the person's credential there and then. */
interface Presence extends Remembered {
  readonly point: Point | null
  readonly mdtrt_cert_type: string
  readonly newborn: boolean
  readonly fund: Fen
}

const FORM: Form<Presence> = {
  pack: (presence) => {
    const { point, mdtrt_cert_type, newborn, fund } = presence
    return [...packHead(presence), mdtrt_cert_type, fund, point?.lon ?? null, point?.lat ?? null, ...(newborn ? [1] : [])]
  },
  unpack: (packed) => {
    const [, , , mdtrt_cert_type, fund, lon, lat, newborn] = packed
    return { point: lon === null ? null : { lon, lat }, mdtrt_cert_type, newborn: newborn === 1, fund, ...unpackHead(packed) }
  },
}

interface Place {
  readonly setl_id: string
  readonly setl_time: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly point: Point | null
  readonly mdtrt_cert_type: string
}

interface Evidence {
  readonly from: Place
  readonly to: Place
  readonly minutes: number
  /** `null` where an institution's coordinates are not known: then the prefectures were compared. */
  readonly distance_km: number | null
  /** `null` also where both settlements bear the same second. */
  readonly speed_kmh: number | null
  readonly vola_amt: number
}

interface Params {
  readonly distance_km: number
  readonly hours: number
  readonly speed_kmh: number
  readonly prefecture_minutes: number
  readonly posting_hours: number
}

/** Identity card and social security card; the electronic credential (01) can be shown by family from afar. */
const CARDS = new Set(['02', '03'])
const PREFECTURE_DIGITS = 4

/** A settlement posted long after the service says nothing of where the person was at `setl_time`. */
function isPostedLate({ endtime, setl_time }: Visit, { posting_hours }: Params): boolean {
  return endtime !== undefined && setl_time - endtime > posting_hours * HOUR
}

/** The kilometres between two places nobody travels in that time; `null` where only the prefectures tell. */
function impossibleBetween(from: Presence, to: Presence, params: Params): { km: number | null } | undefined {
  const elapsed = to.at - from.at
  if (from.point && to.point) {
    const km = distanceKm(from.point, to.point)
    const isFar = km > params.distance_km && elapsed <= params.hours * HOUR
    return isFar && km * HOUR > params.speed_kmh * elapsed ? { km } : undefined
  }
  const [here, there] = [from.admdvs.slice(0, PREFECTURE_DIGITS), to.admdvs.slice(0, PREFECTURE_DIGITS)]
  return here && there && here !== there && elapsed < params.prefecture_minutes * MINUTE ? { km: null } : undefined
}

function findingOn(psn_no: string, from: Presence, to: Presence, km: number | null): Finding<Evidence> {
  const elapsed = to.at - from.at
  return {
    subject: { type: 'person', id: psn_no },
    bucket: to.id,
    result: 'suspicion',
    severity: CARDS.has(from.mdtrt_cert_type) && CARDS.has(to.mdtrt_cert_type) ? 1 : 2,
    ...restingOn(psn_no, [from, to]),
    vola_amt: to.fund,
    lines: [],
    evidence: {
      from: placeOf(from),
      to: placeOf(to),
      minutes: Math.round(elapsed / 6_000) / 10,
      distance_km: km && Math.round(km * 10) / 10,
      speed_kmh: km && elapsed > 0 ? Math.round((km * HOUR) / elapsed) : null,
      vola_amt: yuan(to.fund),
    },
  }
}

function placeOf({ id, at, fixmedins_code, admdvs, point, mdtrt_cert_type }: Presence): Place {
  return { setl_id: id, setl_time: formatInstant(at), fixmedins_code, admdvs, point, mdtrt_cert_type }
}

/** ANO-01 不可能移动: consecutive settlements in person at places between which nobody travels that fast. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-01',
  version: 2,
  title: { zh: '不可能移动', en: 'Impossible travel' },
  category: 'ANO',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '41' },
    { law: '医疗保障基金使用监督管理条例', article: '40(一)' },
  ],
  stages: ['mid'],
  behaviour: '冒名就医购药',
  params: {
    distance_km: byDefault(30, 'nearer places are never judged'),
    hours: byDefault(12, 'longest time between the two settlements'),
    speed_kmh: byDefault(120),
    prefecture_minutes: byDefault(60, 'for another prefecture, where coordinates are not known'),
    posting_hours: byDefault(2, 'a settlement this long after the end of the service is no presence'),
  },
  parts: [
    windowRule<Visit, Presence, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      form: FORM,
      keep: 24 * HOUR,
      lateness: 10 * MINUTE,
      remember(visit, { params, reference }) {
        const { fixmedins_code, setl_time, admdvs, mdtrt_cert_type, fund_pay_sumamt: fund } = visit
        if (isInpatient(visit.med_class) || isAtAgency(visit) || isPostedLate(visit, params)) return undefined
        if (reference.find('institution', fixmedins_code, setl_time)?.row.is_internet) return undefined
        const point = pointOf(fixmedins_code, setl_time, reference) ?? null
        if (!point && !admdvs) return 'REFERENCE_MISSING'
        return { point, mdtrt_cert_type, newborn: isNewborn(visit), fund, ...remembered(visit) }
      },
      judge(presences, { root, params }) {
        if (presences.length === 1) return { holds: NOTHING_HOLDS }
        const holds: Finding<Evidence>[] = []
        for (const newborn of [false, true]) {
          const journey = presences.filter((presence) => presence.newborn === newborn)
          journey.slice(1).forEach((to, i) => {
            const impossible = impossibleBetween(journey[i]!, to, params)
            if (impossible) holds.push(findingOn(root, journey[i]!, to, impossible.km))
          })
        }
        return { holds }
      },
    }),
  ],
  explain({ from, to, minutes, distance_km, speed_kmh, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    if (language === 'zh') {
      const speed = speed_kmh === null ? '' : `，需时速${speed_kmh}公里`
      const gap = distance_km === null ? `${from.admdvs}与${to.admdvs}两地` : `相距${distance_km}公里的两家机构`
      return `${minutes}分钟内在${gap}当面结算${speed}，后一次基金${amount}元。`
    }
    const gap = distance_km === null ? `in ${from.admdvs} and ${to.admdvs}` : `at institutions ${distance_km} km apart`
    const speed = speed_kmh === null ? '' : `, a speed of ${speed_kmh} km/h`
    return `Settled in person ${gap} within ${counted(minutes, 'minute')}${speed}; the fund paid ${amount} yuan the second time.`
  },
  example: {
    from: {
      ...{ setl_id: 'S1', setl_time: '2026-03-02T09:00:00+08:00', fixmedins_code: 'H99010100001', admdvs: '990101' },
      ...{ point: { lon: 117, lat: 36.6 }, mdtrt_cert_type: '03' },
    },
    to: {
      ...{ setl_id: 'S2', setl_time: '2026-03-02T09:30:00+08:00', fixmedins_code: 'H99020100001', admdvs: '990201' },
      ...{ point: { lon: 118, lat: 36.6 }, mdtrt_cert_type: '03' },
    },
    minutes: 30,
    distance_km: 89.3,
    speed_kmh: 179,
    vola_amt: 70,
  },
})
