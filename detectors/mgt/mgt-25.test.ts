import { expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import { byDefault } from '../params.ts'
import { admission, discharge, heartbeat, inpatient, reference, voidOf } from '../testing/events.ts'
import { type Given, run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import original from './mgt-25.ts'

/** One readmission is enough here. */
const detector = { ...original, params: { ...original.params, least_readmissions: byDefault(1) } }

const CODES = ['H1', 'H2', 'H3', 'H4']
const KNOWN = CODES.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
const MARCH = parseInstant('2026-03-01 09:00:00')
const day = (n: number) => formatInstant(MARCH + n * DAY)
const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
const stay = (fixmedins_code: string, psn_no: string, begin: number, more: object = {}) =>
  inpatient({
    ...{
      setl_id: `${fixmedins_code}-${psn_no}-${begin}`,
      mdtrt_id: `M-${fixmedins_code}-${psn_no}-${begin}`,
      psn_no,
      fixmedins_code,
    },
    ...{ begntime: day(begin), endtime: day(begin + 2), setl_time: day(begin + 2), feedetail: [{}] },
    ...{ ...diagnosed('I63.900'), ...more },
  })
const bySetlTime = (events: readonly Wire[]) =>
  events.toSorted((a, b) => ((a.setl_time ?? '') as string).localeCompare((b.setl_time ?? '') as string))
/** So many people of each hospital, one stay each early in March. */
const once = (code: string, many: number) => Array.from({ length: many }, (_, i) => stay(code, `${code}p${i}`, i % 5))
const OVER = heartbeat('2026-06-20 00:00:00')
const judged = (...events: Given[]) => run(detector, [...KNOWN, ...events, OVER], { history_from: '2026-03-02 00:00:00' })
/** Twenty stays at each of four hospitals; of the last one's people these come back. */
const withReturns = (...returns: Wire[]) => judged(...bySetlTime([...CODES.flatMap((code) => once(code, 20)), ...returns]))

test('A hospital whose people come back more often than its peers’ is told, with the stays', () => {
  const { open } = withReturns(stay('H4', 'H4p0', 10), stay('H4', 'H4p1', 10))
  expect(open).toMatchObject([
    { subject: { type: 'institution', id: 'H4' }, bucket: '2026-03', severity: 4, result: 'indicator', vola_amt: 0, count: 2 },
  ])
  expect(open[0]!.setl_ids).toEqual(['H4-H4p0-0', 'H4-H4p1-1', 'H4-H4p0-10', 'H4-H4p1-10'])
  expect(open[0]!.evidence).toEqual({
    ...{ month: '2026-03', discharges: 22, readmissions: 2, rate: 9.1, stays: ['M-H4-H4p0-10', 'M-H4-H4p1-10'] },
    peers: { institutions: 4, median: 0, mad: 0, limit: 0 },
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03出院22人次，31天内非计划再入院2人次（9.1%），高于同类上限0%。')
})

const back = (...events: Wire[]) => withReturns(...events).open.map(({ evidence }) => evidence.readmissions)

test('Within 31 days, for the same illness, at whichever hospital', () => {
  // Discharged on 3 March.
  const later = once('H4', 20).map((first) => ({
    ...first,
    setl_id: `${first.setl_id}-april`,
    mdtrt_id: `${first.mdtrt_id}-april`,
    psn_no: `${first.psn_no}x`,
  }))
  const april = later.map((event) => ({ ...event, begntime: day(40), endtime: day(42), setl_time: day(42) }))
  const inApril = (begin: number) => {
    const peers = CODES.slice(0, 3).flatMap((code) =>
      once(code, 20).map((event) => ({
        ...event,
        psn_no: `${event.psn_no}y`,
        begntime: day(40),
        endtime: day(42),
        setl_time: day(42),
        setl_id: `${event.setl_id}-y`,
        mdtrt_id: `${event.mdtrt_id}-y`,
      })),
    )
    return withReturns(stay('H4', 'H4p0', begin), ...april, ...peers).open.map(({ bucket }) => bucket)
  }
  expect(inApril(33)).toEqual(['2026-04'])
  expect(inApril(34)).toEqual([])
  expect(back(stay('H4', 'H4p0', 10, diagnosed('I63.500')))).toEqual([1])
  expect(back(stay('H4', 'H4p0', 10, diagnosed('J18.900')))).toEqual([])
  const { open } = withReturns(stay('H1', 'H4p0', 10))
  expect(open).toMatchObject([{ subject: { id: 'H4' }, evidence: { discharges: 20, readmissions: 1 } }])
})

test('Planned readmissions, transfers, cycles of treatment and day surgery are planned', () => {
  const first = (more: object) =>
    [
      discharge({ mdtrt_id: 'M-H4-H4p0-0', psn_no: 'H4p0', fixmedins_code: 'H4', endtime: day(2), ...more }),
      stay('H4', 'H4p0', 10),
    ] as Wire[]
  expect(back(...first({}))).toEqual([1])
  expect(back(...first({ days_rinp_flag_31: '1' }))).toEqual([])
  expect([back(...first({ dscg_way: '2' })), back(...first({ dscg_way: '3' })), back(...first({ dscg_way: '4' }))]).toEqual([
    [],
    [],
    [1],
  ])
  const session = { diseinfo: [...diagnosed('I63.900').diseinfo, { diag_type: '1', maindiag_flag: '0', diag_code: 'Z51.100' }] }
  expect(back(stay('H4', 'H4p0', 10, session))).toEqual([])
  expect(back(stay('H4', 'H4p0', 10, { med_type: '28' }))).toEqual([])
})

test('An admission tells at once that somebody is back; who died is not discharged', () => {
  expect(
    back(admission({ mdtrt_id: 'MA', psn_no: 'H4p0', fixmedins_code: 'H4', begntime: day(10), dscg_maindiag_code: 'I63.900' })),
  ).toEqual([1])
  const died = stay('H4', 'H4dead', 10, { dscg_way: '5' })
  expect(withReturns(stay('H4', 'H4p0', 10), died).open).toMatchObject([{ evidence: { discharges: 21 } }])
})

test('An admission tells that it is for a day surgery', () => {
  const word = { mdtrt_id: 'MA', psn_no: 'H4p0', fixmedins_code: 'H4', begntime: day(10), dscg_maindiag_code: 'I63.900' }
  expect(back(admission({ ...word, med_type: '28' }))).toEqual([])
  expect(back(admission({ ...word, med_type: '21' }))).toEqual([1])
})

test('The events of a stay, in whichever order they come, are one discharge', () => {
  const told = [
    stay('H4', 'H4p0', 10),
    admission({ mdtrt_id: 'M-H4-H4p0-10', psn_no: 'H4p0', fixmedins_code: 'H4', begntime: day(11) }),
    discharge({ mdtrt_id: 'M-H4-H4p0-10', psn_no: 'H4p0', fixmedins_code: 'H4', endtime: day(13) }),
  ]
  const peers = bySetlTime(CODES.flatMap((code) => once(code, 20)))
  for (const order of permutations(told))
    expect(judged(...peers, ...order).open).toMatchObject([{ evidence: { discharges: 21, readmissions: 1 } }])
})

test('Three deviations are not more than three; small hospitals and few peers are not compared', () => {
  const peers = (returns: readonly number[]) =>
    bySetlTime(
      CODES.flatMap((code, i) => [
        ...once(code, 20),
        ...Array.from({ length: returns[i]! }, (_, n) => stay(code, `${code}p${n}`, 10)),
      ]),
    )
  // Rates 1/21, 2/22, 2/22 and 3/23: the last is within three deviations of the median.
  expect(judged(...peers([1, 2, 2, 3])).open).toEqual([])
  expect(judged(...peers([1, 2, 3, 12])).open).toMatchObject([{ subject: { id: 'H4' } }])
  const small = (many: number) => {
    const events = [...CODES.slice(0, 3).flatMap((code) => once(code, 20)), ...once('H4', many), stay('H4', 'H4p0', 10)]
    return judged(...bySetlTime(events)).open.length
  }
  expect([small(8), small(9)]).toEqual([0, 1])
  const two = bySetlTime([...once('H1', 20), ...once('H4', 20), stay('H4', 'H4p0', 10)])
  expect(judged(...two)).toMatchObject({ open: [], skipped: ['SAMPLE_SMALL', 'SAMPLE_SMALL'] })
})

test('Two readmissions are chance, three are not', () => {
  const returns = (many: number) => {
    const events = [
      ...CODES.flatMap((code) => once(code, 20)),
      ...Array.from({ length: many }, (_, i) => stay('H4', `H4p${i}`, 10)),
    ]
    return run(original, [...KNOWN, ...bySetlTime(events), OVER], { history_from: '2026-03-01 00:00:00' }).open.length
  }
  expect([returns(2), returns(3)]).toEqual([0, 1])
})

test('A void takes a readmission back, also when the month is over', () => {
  const returned = stay('H4', 'H4p0', 10)
  const events = bySetlTime([...CODES.flatMap((code) => once(code, 20)), returned])
  for (const at of [20, 60, 300]) {
    const { open } = judged(...events, heartbeat(day(at)), voidOf(returned, day(at)))
    expect(open).toEqual([])
  }
  const first = events.find(({ setl_id }) => setl_id === 'H4-H4p0-0')!
  expect(judged(...events, heartbeat(day(60)), voidOf(first, day(60))).open).toEqual([])
})

test('A tumour treated at equal intervals is a cycle though no session is coded; sick kidneys without dialysis are none', () => {
  const tumour = (begin: number) => stay('H4', 'T', begin, diagnosed('C34.900'))
  expect(back(tumour(0), tumour(10), tumour(20))).toEqual([])
  expect(back(tumour(0), tumour(10), tumour(27))).toEqual([2])
  // One treatment was late; a stay between two treatments is no treatment.
  expect(back(tumour(0), tumour(7), tumour(14), tumour(27))).toEqual([])
  expect(back(tumour(0), tumour(12), tumour(15), tumour(24))).toEqual([1])
  const kidneys = (begin: number) => stay('H4', 'K', begin, diagnosed('N18.500'))
  expect(back(kidneys(0), kidneys(10))).toEqual([1])
})

test('A rate that is the limit itself is not above it, whatever binary fractions make of it', () => {
  const codes = ['H1', 'H2', 'H3', 'H4', 'H5']
  const known = codes.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
  const found = (most: number) => {
    // Of twenty discharges each, 3, 4, 5, 6 and so many come back: median 5, deviation 1.
    const stays = [3, 4, 5, 6, most].flatMap((many, i) => [
      ...once(codes[i]!, 20 - many),
      ...Array.from({ length: many }, (_, n) => stay(codes[i]!, `${codes[i]}p${n}`, 10)),
    ])
    return run(detector, [...known, ...bySetlTime(stays), OVER], { history_from: '2026-03-02 00:00:00' }).open.length
  }
  expect([found(8), found(9)]).toEqual([0, 1])
})

/** One stay each at two other hospitals, and these: little enough for its memory to be written down at each step. */
const among = (...events: Wire[]) => {
  const few = { ...detector, params: { ...detector.params, least_discharges: byDefault(1) } }
  const known = [KNOWN[0]!, KNOWN[1]!, KNOWN[3]!]
  const { open } = run(few, [...known, ...once('H1', 1), ...once('H2', 1), ...events], { history_from: '2026-03-02 00:00:00' })
  return open.map(({ evidence }) => `${evidence.readmissions}/${evidence.discharges}`)
}
const P = [stay('H4', 'P', 0), stay('H4', 'P', 10)] as const
/** The person comes for something else: what is over is forgotten. */
const comes = (psn_no: string, begntime: string) =>
  admission({ mdtrt_id: `M-${begntime}`, psn_no, fixmedins_code: 'H1', begntime, dscg_maindiag_code: 'J18.900' })

test('What was told of a readmission stands when the person comes again years later', () => {
  const again = (n: number) => [OVER, comes('P', day(n)), comes('P', day(n + 1))]
  const first = { mdtrt_id: 'M1', psn_no: 'P', fixmedins_code: 'H4' }
  const unsettled = [
    admission({ ...first, begntime: day(0), dscg_maindiag_code: 'I63.900' }),
    discharge({ ...first, endtime: day(2) }),
  ]
  expect(among(...unsettled, P[1], ...again(190))).toEqual(['1/2'])
  const pair = [P[0], stay('H4', 'P', 3, { endtime: day(8), setl_time: day(8) })]
  expect(among(...pair, ...again(812))).toEqual(['1/2'])
})

test('Of a cycle, or of none, the first treatments are long past: what was told of it stands', () => {
  const again = (n: number) => [OVER, comes('T', day(n)), comes('T', day(n + 1))]
  const tumour = (...begins: number[]) => begins.map((begin) => stay('H4', 'T', begin, diagnosed('C34.900')))
  expect(among(...P, ...tumour(0, 10, 20), ...again(190))).toEqual(['1/5'])
  // The second came too soon to be the next treatment.
  expect(among(...tumour(0, 3, 10, 17), ...again(186))).toEqual(['1/4'])
})

test('A bill that comes half a year after its stay tells of no other stay', () => {
  const stayed = { mdtrt_id: 'M-H4-Q-0', psn_no: 'Q', fixmedins_code: 'H4' }
  const told = [
    admission({ ...stayed, begntime: day(0), dscg_maindiag_code: 'I63.900' }),
    discharge({ ...stayed, endtime: day(2) }),
  ]
  const bill = (n: number) => stay('H4', 'Q', 0, { setl_time: day(n) })
  const interim = stay('H4', 'Q', 0, { setl_id: 'INTERIM', setl_time: day(1), mid_setl_flag: '1' })
  expect(among(...P, ...told, bill(2), OVER)).toEqual(['1/3'])
  for (const events of [
    [...told, OVER, bill(190)],
    [...told, OVER, comes('Q', day(188)), bill(190)],
    [interim, ...told, OVER, comes('Q', day(188)), bill(190)],
    [...told, OVER, bill(800)],
  ])
    expect(among(...P, ...events)).toEqual(['1/3'])
})

test('A void is heard for 183 days after what was told of a stay, and for 26 months of one that somebody came back from', () => {
  const Q = stay('H4', 'Q', 0)
  const others = [...P, Q, OVER]
  /** That time, and by how much it is over for the watermark, which is ten minutes behind. */
  const after = (days: number, seconds: number) => formatInstant(MARCH + days * DAY + 600_000 + seconds * 1000)
  const alone = (seconds: number) => among(...others, voidOf(Q, after(2 + 183, seconds)))
  expect([alone(-1), alone(0)]).toEqual([['1/2'], ['1/3']])
  const paired = (seconds: number) => among(...others, voidOf(P[0], after(12 + 26 * 31 + 3, seconds)))
  expect([paired(-1), paired(0)]).toEqual([[], ['1/3']])
  // The same where a later stay is remembered.
  const aloneToo = (seconds: number) => {
    const at = after(2 + 183, seconds)
    return among(...others, comes('Q', day(100)), comes('Q', at), voidOf(Q, at))
  }
  expect([aloneToo(0), aloneToo(1)]).toEqual([['1/2'], ['1/3']])
  const pairedToo = (seconds: number) => {
    const at = after(12 + 26 * 31 + 3, seconds)
    return among(...others, comes('P', day(800)), comes('P', at), voidOf(P[0], at))
  }
  expect([pairedToo(0), pairedToo(1)]).toEqual([[], ['1/3']])
})

test('Back on the day of discharge is back; one day in hospital is no return from itself', () => {
  expect(among(P[0], stay('H4', 'P', 2), OVER)).toEqual(['1/2'])
  expect(among(P[0], stay('H4', 'P', 1), OVER)).toEqual([])
  expect(among(stay('H4', 'P', 0, { endtime: day(0.25), setl_time: day(0.25) }), OVER)).toEqual([])
})

test('The settlement says of what somebody was ill, the admission where it is silent', () => {
  const admitted = (code: string) =>
    admission({ mdtrt_id: 'M-H4-P-10', psn_no: 'P', fixmedins_code: 'H4', begntime: day(10), dscg_maindiag_code: code })
  expect(among(P[0], admitted('J18.900'), P[1], OVER)).toEqual(['1/2'])
  expect(among(P[0], admitted('I63.900'), stay('H4', 'P', 10, diagnosed('J18.900')), OVER)).toEqual([])
  expect(among(P[0], admitted('I63.900'), stay('H4', 'P', 10, { diseinfo: [] }), OVER)).toEqual(['1/2'])
})

test('Sessions and plans are remembered; who is taken back altogether was not discharged', () => {
  const session = { diseinfo: [...diagnosed('I63.900').diseinfo, { diag_type: '1', maindiag_flag: '0', diag_code: 'Z51.100' }] }
  expect(among(stay('H4', 'P', 0, session), P[1], OVER)).toEqual([])
  const plans = { mdtrt_id: 'M-H4-P-0', psn_no: 'P', fixmedins_code: 'H4', endtime: day(2), days_rinp_flag_31: '1' }
  expect(among(P[0], discharge(plans), P[1], OVER)).toEqual([])
  const Q = stay('H4', 'Q', 0)
  expect(among(...P, Q, voidOf(Q, day(13)), OVER)).toEqual(['1/2'])
})
