import { expect, test } from 'vitest'
import { defineDetector, type Visit } from '../../detector.ts'
import { byDefault } from '../../params.ts'
import { heartbeat, reference, settlement, voidOf } from '../../testing/events.ts'
import { type Given, run } from '../../testing/scenario.ts'
import { upperBound } from '../plain/robust.ts'
import { peersParts, type Spreads, spreads } from './peers.ts'

interface Tally {
  n: number
  amount: number
}
interface Evidence {
  readonly mean: number
  readonly bound: number
  readonly members: number
  readonly before: readonly string[]
}

/** Institutions whose settlements cost more than those of their peers. */
const sample = (whichMonths: { readonly partialMonths?: true } = {}) =>
  defineDetector<Evidence, { mads: number }>({
    id: 'MGT-99',
    version: 1,
    title: { zh: '样例', en: 'Sample' },
    category: 'MGT',
    result: 'indicator',
    basis: [{ law: '样例', article: '1' }],
    stages: ['post'],
    behaviour: '样例',
    params: { mads: byDefault(3) },
    parts: peersParts<Visit, Tally, Spreads, Evidence, { mads: number }>({
      topic: 'MGT-99',
      ...whichMonths,
      on: ['settlement'],
      root: ({ fixmedins_code }) => fixmedins_code,
      at: ({ setl_time }) => setl_time,
      concerns: ({ med_class }) => med_class === 'OP',
      initial: () => ({ n: 0, amount: 0 }),
      count(tally, { medfee_sumamt }, sign) {
        tally.n += sign
        tally.amount += sign * medfee_sumamt
      },
      named: ({ setl_id: id, setl_time: at }) => ({ id, at }),
      names: 3,
      measures: ({ n, amount }) => (n > 0 ? { mean: amount / n } : undefined),
      gather: spreads,
      before: 2,
      judge({ measures, peers, before }, { params }) {
        const mean = peers.mean!
        if (mean.n < 3) return 'SAMPLE_SMALL'
        const bound = upperBound(mean, params.mads)
        if (measures.mean! <= bound) return undefined
        const earlier = before.map(({ month, peers }) => (peers?.mean ? month : `${month} without peers`))
        const evidence = { mean: measures.mean!, bound, members: mean.n, before: earlier }
        return { result: 'indicator', severity: 4, vola_amt: 0, evidence }
      },
    }),
    explain: ({ mean }) => `Mean ${mean}`,
    example: { mean: 0, bound: 0, members: 0, before: [] },
  })

const detector = sample()

const CODES = ['H1', 'H2', 'H3', 'H4']
const INSTITUTIONS = CODES.map((code) => reference('institution', code, { kind: 'hospital', level: '3', admdvs: '990101' }))
const visit = (fixmedins_code: string, setl_time: string, pric: number, more: object = {}) =>
  settlement({ fixmedins_code, setl_time, feedetail: [{ pric }], ...more })
/** Settlements of 10, 12, 14 and 100 yuan. */
const month = (day: string) => CODES.map((code, i) => visit(code, `${day} 10:00:00`, i === 3 ? 100 : 10 + 2 * i))
const judged = (...events: Given[]) => run(detector, [...INSTITUTIONS, ...events], { history_from: '2026-03-01 00:00:00' })

test('A month that stands out among its peers is found an hour after the last of them is told, and not before', () => {
  expect(judged(...month('2026-03-31'), heartbeat('2026-04-04 01:09:59')).open).toEqual([])
  const { open } = judged(...month('2026-03-31'), heartbeat('2026-04-04 01:10:00'))
  expect(open).toMatchObject([
    { subject: { type: 'institution', id: 'H4' }, bucket: '2026-03', fixmedins_code: 'H4', admdvs: '990101', psn_no: '' },
  ])
  // The median of 10, 12, 14 and 100 is 13, the deviations are 3, 1, 1 and 87.
  expect(open[0]!.evidence).toEqual({ mean: 10000, bound: 1900, members: 4, before: [] })
})

test('The month in which history begins is compared only where the rule wants partial months, and none before it', () => {
  const events = [...INSTITUTIONS, ...month('2026-03-31'), heartbeat('2026-04-04 01:10:00')]
  const since = (history_from: string, rule = sample({ partialMonths: true })) => run(rule, events, { history_from })
  expect(since('2026-03-02', detector)).toMatchObject({ open: [], skipped: expect.arrayContaining(['HISTORY_SHORT']) })
  expect(since('2026-03-02').open).toHaveLength(1)
  expect(since('2026-04-01')).toMatchObject({ open: [], skipped: expect.arrayContaining(['HISTORY_SHORT']) })
})

test('Institutions of another kind, level or specialty are no peers, and unknown ones are compared with nobody', () => {
  const other = reference('institution', 'H3', { kind: 'hospital', level: '3', specialty: '肿瘤', admdvs: '990101' })
  const { open, skipped } = judged(
    other,
    ...month('2026-03-31'),
    visit('H9', '2026-03-31 10:00:00', 500),
    heartbeat('2026-05-01 00:00:00'),
  )
  expect(open).toMatchObject([{ evidence: { members: 3 } }])
  expect(skipped).toEqual(['SAMPLE_SMALL'])
})

test('What does not concern the rule is not counted', () => {
  const stays = CODES.map((code) => visit(code, '2026-03-30 10:00:00', 900, { med_type: '21' }))
  expect(judged(...stays, ...month('2026-03-31'), heartbeat('2026-05-01 00:00:00')).open).toMatchObject([
    { evidence: { mean: 10000 } },
  ])
})

test('The first settlements of the month by time are named; where one is reversed the next is known', () => {
  const at = (time: string) => visit('H4', `2026-03-31 ${time}`, 100, { setl_id: time })
  const first = at('08:00:00')
  const events = [at('11:00:00'), at('12:00:00'), at('09:00:00'), first]
  const over = heartbeat('2026-05-01 00:00:00')
  expect(judged(...month('2026-03-31'), ...events, over).open[0]!.setl_ids.slice(0, 2)).toEqual(['08:00:00', '09:00:00'])
  const [all] = judged(...month('2026-03-31'), ...events, over).open
  expect(all!.setl_ids).toHaveLength(3)
  expect(all!.setl_count).toBe(5)
  const { open } = judged(...month('2026-03-31'), ...events, voidOf(first, '2026-03-31 20:00:00'), over)
  expect(open[0]!.setl_ids).toHaveLength(3)
  expect(open[0]!.setl_ids).not.toContain('08:00:00')
  expect(open[0]!.setl_count).toBe(4)
})

test('A reversal after the month has closed changes the institution and never its peers', () => {
  const peers = month('2026-03-31')
  const cheap = visit('H4', '2026-03-31 09:00:00', 1)
  const closed = [...peers, cheap, heartbeat('2026-04-06 00:00:00')]
  expect(judged(...closed).open).toMatchObject([{ evidence: { mean: 5050, bound: 1900 } }])
  expect(judged(...closed, voidOf(cheap, '2026-06-01 10:00:00')).open).toMatchObject([{ evidence: { mean: 10000, bound: 1900 } }])
  expect(judged(...closed, voidOf(peers[0]!, '2026-06-01 10:00:00')).open).toMatchObject([{ evidence: { bound: 1900 } }])
  const { open, retracted } = judged(...closed, voidOf(peers[3]!, '2026-06-01 10:00:00'))
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
  expect(judged(...closed, voidOf(peers[3]!, '2026-06-01 10:00:00'), voidOf(cheap, '2026-06-01 11:00:00')).open).toEqual([])
})

test('Months before are handed on, as many as are wanted, over a month without events', () => {
  const before = (...days: string[]) => {
    const { open } = judged(...days.flatMap(month), heartbeat('2026-12-01 00:00:00'))
    return open.map(({ evidence }) => evidence.before)
  }
  expect(before('2026-03-05', '2026-04-05', '2026-05-05', '2026-06-05')).toEqual([
    [],
    ['2026-03'],
    ['2026-03', '2026-04'],
    ['2026-04', '2026-05'],
  ])
  expect(before('2026-03-05', '2026-05-05')).toEqual([[], ['2026-03']])
})

test('A month whose beginning is not known is not compared', () => {
  const { open, skipped } = run(
    detector,
    [...INSTITUTIONS, ...month('2026-03-30'), ...month('2026-04-01'), heartbeat('2026-06-01 00:00:00')],
    { history_from: '2026-03-02 00:00:00' },
  )
  expect(open.map(({ bucket }) => bucket)).toEqual(['2026-04'])
  expect(skipped).toEqual(['HISTORY_SHORT', 'HISTORY_SHORT', 'HISTORY_SHORT', 'HISTORY_SHORT'])
})
