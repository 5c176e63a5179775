import fc from 'fast-check'
import { formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const imaged = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    codes: fc.subarray(['CHEST', 'CHEST2', 'SPINE', 'HEAD'], { minLength: 1 }),
    med_type: fc.constantFrom('11', '21'),
    visit: fc.constantFrom('V1', ''),
    hours: fc.constantFrom(0, 30),
    /** Some bills give back what earlier ones of their visit had charged. */
    cnt: fc.constantFrom(1, 1, 1, -1),
    diag_code: fc.constantFrom('J18.900', 'I63.900'),
  })
  .map(({ codes, visit, hours, cnt, diag_code, ...given }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...given, setl_id, mdtrt_admdvs: '', setl_time: formatInstant(at), begntime: formatInstant(at - 40 * HOUR) },
      mdtrt_id: visit && `${given.psn_no}-${given.fixmedins_code}`,
      diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }],
      feedetail: [...codes, 'WARD'].map((med_list_codg, i) => {
        const line = { med_list_codg, feedetl_sn: `${setl_id}-${i}`, fee_ocur_time: formatInstant(at - hours * HOUR) }
        return med_list_codg === 'WARD' ? { ...line, pric: 100 } : { ...line, cnt, med_chrgitm_type: '03' }
      }),
    }),
  ])

export default {
  knowledge: [
    reference('item', 'CHEST', { name: '胸部CT', tags: ['ct'], body_part: 'chest' }),
    reference('item', 'CHEST2', { name: '胸部增强CT', tags: ['ct'], body_part: 'chest' }),
    reference('item', 'HEAD', { name: '头部CT', tags: ['ct'], body_part: 'head' }),
    reference('item', 'SPINE', { name: '腰椎MR', tags: ['mri'], body_part: 'lumbar' }),
  ],
  happenings: [{ weight: 30, arbitrary: imaged }],
  extra: imaged,
  moments: ['2026-04-02', '2026-04-20', '2026-05-05'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { least_stays: 1, least_peers: 1, share: 0.6, peer_share: 1 },
} satisfies Quarter
