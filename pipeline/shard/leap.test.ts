import { expect, test } from 'vitest'
import ratios from '../../detectors/mgt/mgt-24.ts'
import { heartbeat, reference, settlement } from '../../detectors/testing/events.ts'
import { runShard } from '../testing/shard-run.ts'

const HOSPITALS = ['H1', 'H2', 'H3', 'H4']
const known = HOSPITALS.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
/** Thirty days, two visits a day, on which the last of four hospitals charges more drugs than the others. */
const month = Array.from({ length: 60 }, (_, n) =>
  HOSPITALS.map((fixmedins_code, i) => {
    const lines = [
      { med_chrgitm_type: '09', pric: i === 3 ? 60 : 30 },
      { med_chrgitm_type: '01', pric: i === 3 ? 40 : 70 },
    ]
    const setl_time = `2026-04-${String((n >> 1) + 1).padStart(2, '0')} 1${n % 2}:00:0${i}`
    return settlement({ fixmedins_code, setl_time, feedetail: lines })
  }),
).flat()

test('What one verdict tells others is judged in its turn, however far time leaps', async () => {
  const events = [...known, ...month, heartbeat('2026-06-20 00:00:00')].map((event) => JSON.stringify(event))
  for (const options of [{ batch: 1 }, { batch: 50 }, { batch: 1_000 }, { batch: 7, crashEvery: 3 }]) {
    const { alerts } = await runShard([ratios], events, options)
    expect([...alerts.values()]).toMatchObject([{ subject_id: 'H4', bucket: '2026-04', status: 'open', setl_count: 60 }])
  }
})
