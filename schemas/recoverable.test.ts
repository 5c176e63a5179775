import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fen } from './money.ts'
import { type Claimant, type Purse, recoverableOf } from './recoverable.ts'

const purse = (fund: Fen, lines: Record<string, Fen> = {}): Purse => ({ fund, lines: new Map(Object.entries(lines)) })
const line = (setl_id: string, feedetl_sn: string, vola_amt: number) => ({
  setl_id,
  feedetl_sn,
  vola_item_type: 1 as const,
  vola_amt,
})

function claim(alert_id: string, given: Partial<Claimant> = {}): Claimant {
  return {
    ...{ alert_id, detector_id: 'POL-01', result_type: 'violation', severity: 2, status: 'open', mode: 'live' },
    ...{ disposition: 'alert', parent_alert_id: '', subject_type: 'settlement', subject_id: 'S1', setl_ids: ['S1'] },
    ...{ lines: [], vola_amt: 0 },
    ...given,
  }
}

test('A fen of a line counts for the violation before the suspicion, and for nobody else', () => {
  const suspicion = claim('a', { result_type: 'suspicion', severity: 1, lines: [line('S1', '1', 10)] })
  const violation = claim('b', { lines: [line('S1', '1', 4)] })
  const amounts = recoverableOf([suspicion, violation], new Map([['S1', purse(700, { 1: 1_000 })]]))
  expect(amounts).toEqual(
    new Map([
      ['b', 400],
      ['a', 600],
    ]),
  )
})

test('Among equals severity decides, then the detector, then the id', () => {
  const purses = new Map([['S1', purse(0, { 1: 1_000 })]])
  const all = { lines: [line('S1', '1', 10)] }
  const winner = (...claims: Claimant[]) => [...recoverableOf(claims, purses)].find(([, fen]) => fen > 0)![0]
  expect(winner(claim('a', { severity: 3, ...all }), claim('b', { severity: 1, ...all }))).toBe('b')
  expect(winner(claim('a', { detector_id: 'POL-02', ...all }), claim('b', all))).toBe('b')
  expect(winner(claim('b', all), claim('a', all))).toBe('a')
})

test('An alert on the settlement claims what lines have left of what the fund paid', () => {
  const whole = claim('b', { result_type: 'suspicion', vola_amt: 7 })
  const amounts = recoverableOf([claim('a', { lines: [line('S1', '1', 3)] }), whole], new Map([['S1', purse(700, { 1: 1_000 })]]))
  expect(amounts.get('b')).toBe(400)
})

test('Where the settlement as such was claimed first its lines are claimed with it', () => {
  const whole = claim('a', { severity: 1, vola_amt: 7 })
  const amounts = recoverableOf([whole, claim('b', { lines: [line('S1', '1', 3)] })], new Map([['S1', purse(700, { 1: 1_000 })]]))
  expect([amounts.get('a'), amounts.get('b')]).toEqual([700, 0])
})

test('An amount on several settlements is claimed of the latest first', () => {
  const purses = new Map([
    ['S1', purse(500)],
    ['S2', purse(500)],
  ])
  const pair = claim('a', { subject_type: 'person', subject_id: 'P', setl_ids: ['S1', 'S2'], vola_amt: 6 })
  const first = claim('b', { severity: 3, vola_amt: 5 })
  expect(recoverableOf([pair, first], purses)).toEqual(
    new Map([
      ['a', 600],
      ['b', 400],
    ]),
  )
})

test('What is retracted, silent, or told within another alert claims nothing', () => {
  const nothing = [
    claim('a', { status: 'retracted', vola_amt: 7 }),
    claim('b', { mode: 'shadow', disposition: 'shadowed', vola_amt: 7 }),
    claim('c', { disposition: 'snoozed', vola_amt: 7 }),
    claim('d', { parent_alert_id: 'x', vola_amt: 7 }),
  ]
  expect(recoverableOf(nothing, new Map([['S1', purse(700)]]))).toEqual(new Map())
})

test('Whatever is claimed, no line and no settlement gives more than it has, in whichever order the alerts come', () => {
  const ids = ['S1', 'S2', 'S3']
  const amount = fc.integer({ min: 0, max: 2_000 })
  const claimant = fc
    .record({
      severity: fc.integer({ min: 1, max: 4 }),
      result_type: fc.constantFrom('violation', 'suspicion', 'indicator'),
      setl_ids: fc.subarray(ids, { minLength: 1 }),
      yuan: amount.map((fen) => fen / 100),
      onLine: fc.boolean(),
    })
    .map(({ yuan, onLine, ...said }) => ({
      ...said,
      ...{ vola_amt: yuan, subject_type: 'person', subject_id: 'P' },
      lines: onLine ? [line(said.setl_ids[0]!, '1', yuan)] : [],
    }))
  fc.assert(
    fc.property(fc.array(claimant, { maxLength: 8 }), fc.tuple(amount, amount), (said, [fund, gross]) => {
      const claims = said.map((given, i) => claim(`a${i}`, given as Partial<Claimant>))
      const purses = new Map(ids.map((id) => [id, purse(fund, { 1: gross })]))
      const amounts = recoverableOf(claims, purses)
      expect(recoverableOf([...claims].reverse(), purses)).toEqual(amounts)
      const total = [...amounts.values()].reduce((sum, fen) => sum + fen, 0)
      expect(total).toBeLessThanOrEqual(ids.length * Math.max(fund, gross))
      for (const { alert_id, vola_amt } of claims) expect(amounts.get(alert_id)! / 100).toBeLessThanOrEqual(vola_amt)
    }),
    { seed: 7, numRuns: 200 },
  )
})
