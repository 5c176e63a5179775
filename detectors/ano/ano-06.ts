import { formatYuan } from '../../schemas/money.ts'
import { DAY, dayOf, MINUTE } from '../../schemas/time.ts'
import { type DoctorVisit, defineDetector, type Operated } from '../detector.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { DAY_FORM, dayFinding, type OfDay } from './ano-06.day.ts'
import { isConsultation, worked } from './ano-06.doctor-day.ts'
import { atTable } from './ano-06.operating.ts'
import { ownPart } from './ano-06.own.ts'
import type { Evidence, Params } from './ano-06.terms.ts'

/**
 * ANO-06 医师工作量异常: more visits, hours or places in a day than one doctor has.
 *
 * Two parts: a day is judged by itself; whether it stands far above the doctor's own days is judged over two months of
 * counts, and is an alert of its own.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-06',
  version: 9,
  title: { zh: '医师工作量异常', en: 'Impossible workload of a doctor' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(三)' }],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    visits: byDefault(120, 'outpatient visits in a day; vaccination does not count'),
    tcm_visits: byDefault(200, 'where most visits are traditional Chinese medicine'),
    span_hours: byDefault(16, 'between the first and the last visit of a day'),
    span_visits: byDefault(20, 'fewer visits have no span'),
    places_km: byDefault(30, 'between two institutions'),
    places_minutes: byDefault(60, 'in which nobody works at both'),
    posting_hours: byDefault(2, 'a visit settled this long after its end tells no place'),
    operation_hours: byDefault(2, 'a longer operation keeps its surgeon from issuing anything'),
    sigmas: byDefault(3, "standard deviations above the doctor's own mean"),
    own_visits: byDefault(60, 'fewer visits are never far above'),
    own_days: byDefault(60, 'days of the mean, ending with the last one that is built'),
    own_known_days: byDefault(5, 'working days that must be known'),
  },
  parts: [
    windowRule<DoctorVisit | Operated, OfDay, Evidence, Params>({
      on: ['doctorVisit', 'operation'],
      space: 'doctor',
      root: ({ doctor }) => doctor,
      key: (event) => String(event.kind === 'operation' ? event.day : dayOf(event.visit.setl_time)),
      concerns: (event) => event.kind === 'operation' || isConsultation(event),
      form: DAY_FORM,
      // An operation is told when its stay is settled: so long is the day remembered.
      keep: 30 * DAY,
      lateness: 10 * MINUTE,
      remember: (event, { reference }) => (event.kind === 'operation' ? atTable(event) : worked(event, reference)),
      judge(told, context) {
        const finding = dayFinding(told, context)
        return { holds: finding ? [finding] : NOTHING_HOLDS }
      },
    }),
    ownPart,
  ],
  explain({ dr_code, day, visits, limit, span_hours, journeys, operating, own, vola_amt }, language) {
    const [jump] = journeys
    const [table] = operating
    const zh = language === 'zh'
    const said: string[] = []
    if (limit !== null) said.push(zh ? `门诊${visits}人次，上限${limit}` : `${visits} visits, the limit is ${limit}`)
    if (own)
      said.push(
        zh
          ? `门诊${visits}人次，本人${own.days}日均值${own.mean}±${own.sigma}`
          : `${visits} visits; on ${own.days} days before ${own.mean} ± ${own.sigma}`,
      )
    if (span_hours !== null) said.push(zh ? `首末次相隔${span_hours}小时` : `${span_hours} hours from first to last`)
    if (jump)
      said.push(
        zh
          ? `${jump.minutes}分钟内在相距${jump.distance_km}公里的两家机构接诊`
          : `${counted(jump.minutes, 'minute')} between institutions ${jump.distance_km} km apart`,
      )
    if (table) {
      const [from, to] = [table.oprn_begntime, table.oprn_endtime].map((time) => time.slice(11, 16))
      said.push(
        zh
          ? `本人${from}至${to}手术期间开单${operating.length}次`
          : `${counted(operating.length, 'visit')} while operating from ${from} to ${to}`,
      )
    }
    const amount = formatYuan(vola_amt * 100)
    return zh
      ? `医师${dr_code}于${day}：${said.join('；')}，涉及基金${amount}元。`
      : `Doctor ${dr_code} on ${day}: ${said.join('; ')}; ${amount} yuan of the fund are concerned.`
  },
  example: {
    dr_code: 'D990101000001',
    day: '2026-03-02',
    institutions: ['H99010100001', 'H99020100001'],
    first: '2026-03-02T07:30:00+08:00',
    last: '2026-03-02T18:00:00+08:00',
    hours: [0, 0, 0, 0, 0, 0, 0, 9, 15, 16, 15, 14, 2, 10, 15, 15, 14, 9, 1, 0, 0, 0, 0, 0],
    visits: 135,
    limit: 120,
    span_hours: null,
    journeys: [
      {
        ...{ from: 'H99010100001', to: 'H99020100001', setl_id: 'S100', setl_time: '2026-03-02T14:20:00+08:00' },
        ...{ minutes: 20, distance_km: 45 },
      },
    ],
    operating: [],
    own: null,
    vola_amt: 1050,
  },
})
