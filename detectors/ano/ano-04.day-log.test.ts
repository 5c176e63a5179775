import { expect, test } from 'vitest'
import { DAY, dayOf } from '../../schemas/time.ts'
import { defineDetector } from '../detector.ts'
import { heartbeat, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { dayLogRule } from './ano-04.day-log.ts'

/** Says of each day what it has written. */
const detector = defineDetector<readonly unknown[], object>({
  ...{ id: 'ANO-99', version: 1, title: { zh: '', en: '' }, category: 'ANO', result: 'suspicion', basis: [] },
  ...{ stages: ['mid'], behaviour: '', params: {}, explain: () => '', example: [] },
  parts: [
    dayLogRule<readonly unknown[], object>({
      space: 'institution',
      root: ({ fixmedins_code }) => fixmedins_code,
      day: ({ setl_time }) => dayOf(setl_time),
      concerns: () => true,
      write: ({ psn_no }) => [psn_no, 7],
      judge: (rows, day) => [
        {
          ...{ subject: { type: 'institution', id: 'H1' }, bucket: String(day), result: 'suspicion', severity: 3, vola_amt: 0 },
          ...{ setl_ids: rows.map(({ id }) => id), lines: [], at: rows.at(-1)!.at, psn_no: '', fixmedins_code: '' },
          ...{ admdvs: '', insu_admdvs: '', evidence: rows.map(({ fields }) => fields) },
        },
      ],
      keep: DAY,
    }),
  ],
})
const at = (setl_id: string, time: string, psn_no = 'P') => settlement({ setl_id, psn_no, setl_time: `2026-03-02 ${time}` })
const judge = (...events: Wire[]) => run(detector, events, { crashEachStep: true })

test('A day is judged when it is over, its rows by time and id', () => {
  const events = [at('S2', '10:00:00'), at('S3', '09:00:00.250'), at('S1', '10:00:00')]
  expect(judge(...events, heartbeat('2026-03-03 00:19:59')).open).toEqual([])
  expect(judge(...events, heartbeat('2026-03-03 00:20:00')).open).toMatchObject([{ setl_ids: ['S3', 'S1', 'S2'] }])
})

test('Whatever signs an id has, it is read as it was written, and taken back by itself alone', () => {
  const odd = at('S|1;%7C', '10:00:00', 'P;%3B|')
  const other = at('1;%7C', '10:00:01')
  const over = heartbeat('2026-03-04 00:00:00')
  expect(judge(odd, other, over).open).toMatchObject([
    {
      setl_ids: ['S|1;%7C', '1;%7C'],
      evidence: [
        ['P;%3B|', '7'],
        ['P', '7'],
      ],
    },
  ])
  expect(judge(odd, other, voidOf(other, '2026-03-02 11:00:00'), over).open).toMatchObject([{ setl_ids: ['S|1;%7C'] }])
  expect(judge(odd, other, over, voidOf(odd, '2026-03-05 11:00:00')).open).toMatchObject([{ setl_ids: ['1;%7C'] }])
  expect(judge(odd, over, voidOf(odd, '2026-03-05 11:00:00')).retracted).toHaveLength(1)
})
