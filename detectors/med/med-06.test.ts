import { describe, expect, test } from 'vitest'
import { heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './med-06.ts'

const image = (code: string, name: string, tag: string, body_part: string) =>
  reference('item', code, { name, tags: [tag], body_part })
const ITEMS = [
  image('CT', '胸部CT平扫', 'ct', 'chest'),
  image('CT2', '胸部CT增强', 'ct', 'chest'),
  image('MR', '胸部MR', 'mri', 'chest'),
  image('HEAD', '头部CT', 'ct', 'head'),
  reference('item', 'PET', { name: 'PET', high_value: true }),
]
const line = (med_list_codg: string, more: Wire = {}) => ({
  ...{ med_list_codg, feedetl_sn: med_list_codg, pric: 200, list_type: '201', med_chrgitm_type: '03' },
  ...more,
})
const visit = (setl_id: string, hospital: string, day: string, feedetail: Wire[], more: Wire = {}) =>
  settlement({
    ...{ setl_id, fixmedins_code: hospital, mdtrt_id: `M-${setl_id}`, setl_time: `${day} 10:00:00`, feedetail },
    ...more,
  })
const judge = (...events: Wire[]) => run(detector, [...ITEMS, ...events])

describe('A visit', () => {
  const first = visit('A', 'H1', '2026-03-02', [line('CT')])

  test('may have had other things done besides', () => {
    const again = visit('B', 'H2', '2026-03-08', [{ med_list_codg: 'XJ01' }, line('CT2')])
    expect(judge(first, again).open).toMatchObject([{ setl_ids: ['A', 'B'] }])
  })

  test('that images one part again at another hospital within seven days is a suspicion', () => {
    const { open } = judge(first, visit('B', 'H2', '2026-03-08', [line('CT2')]))
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'settlement', id: 'B' }, bucket: '', severity: 3, result: 'suspicion', vola_amt: 20_000 },
        ...{ setl_ids: ['A', 'B'], evidence: { kind: 'repeated', count: 2 } },
        lines: [
          { setl_id: 'A', vola_item_type: 2 },
          { setl_id: 'B', vola_item_type: 1, vola_amt: 20_000 },
        ],
      },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
      '7日内在不同机构重复检查胸部CT平扫等2项，前后共2次，重复部分涉及200.00元。',
    )
    expect(judge(first, visit('B', 'H2', '2026-03-09', [line('CT2')])).open).toEqual([])
  })

  test('repeats what was imaged before it, not what was settled before it', () => {
    const stay = visit('S', 'H2', '2026-03-08', [line('CT2', { pric: 350, fee_ocur_time: '2026-03-01 10:00:00' })])
    for (const order of permutations([first, stay]))
      expect(judge(...order).open).toMatchObject([
        {
          ...{ subject: { id: 'A' }, fixmedins_code: 'H1', setl_ids: ['A', 'S'], vola_amt: 20_000 },
          evidence: { exams: [{ setl_id: 'S' }, { setl_id: 'A' }] },
        },
      ])
  })

  test('repeats what was settled within thirty days of it', () => {
    const stay = (setl_time: string) =>
      visit('S', 'H2', '', [line('CT2', { fee_ocur_time: '2026-03-05 10:00:00' })], { setl_time })
    expect(judge(first, stay('2026-04-01 10:00:00')).open).toMatchObject([{ setl_ids: ['A', 'S'] }])
    expect(judge(first, stay('2026-04-01 10:00:01')).open).toEqual([])
  })

  test('that repeats and has too many images besides is told of both', () => {
    const many = [line('CT'), line('HEAD'), line('PET', { pric: 150.5 })]
    const { open } = judge(first, visit('B', 'H2', '2026-03-08', many))
    expect(open).toMatchObject([{ vola_amt: 38_350, evidence: { kind: 'repeated', visit_images: 3, visit_limit: 2 } }])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
      '7日内在不同机构重复检查胸部CT平扫，前后共2次，且一次就诊大型检查3次(上限2)，重复及超出部分涉及383.50元。',
    )
    expect(detector.explain(open[0]!.evidence, 'en')).toBe(
      'Imaged again at another institution within 7 days: 胸部CT平扫, 2 times in all, and one visit has 3 costly images (limit 2); what was repeated or too much cost 383.50 yuan.',
    )
    // Both scans repeat, though only the second is too many.
    const twice = line('CT', { cnt: 2, fee_ocur_time: '2026-03-08 11:00:00' })
    expect(judge(first, visit('B', 'H2', '2026-03-08', [line('PET'), twice])).open).toMatchObject([{ vola_amt: 40_000 }])
  })

  test('at the same hospital, of another part, by another method or of another person repeats nothing', () => {
    for (const [hospital, code, psn_no] of [
      ['H1', 'CT', 'P1'],
      ['H2', 'HEAD', 'P1'],
      ['H2', 'MR', 'P1'],
      ['H2', 'CT', 'P2'],
    ] as const)
      expect(judge(first, visit('B', hospital, '2026-03-03', [line(code)], { psn_no })).open).toEqual([])
    const vague = [reference('item', 'CT', { tags: ['ct'] }), reference('item', 'CT2', { tags: ['ct'] })]
    expect(judge(...vague, first, visit('B', 'H2', '2026-03-03', [line('CT2')])).open).toEqual([])
  })

  test('with three costly images is a suspicion by the third, over all its settlements', () => {
    expect(judge(visit('A', 'H1', '2026-03-02', [line('CT'), line('HEAD')])).open).toEqual([])
    expect(judge(visit('A', 'H1', '2026-03-02', [line('CT'), line('HEAD'), line('PET')])).open).toMatchObject([
      { subject: { id: 'A' }, vola_amt: 20_000, evidence: { kind: 'many', count: 3, limit: 2 } },
    ])
    const [found] = judge(visit('A', 'H1', '2026-03-02', [line('CT', { cnt: 3 })])).open
    expect(detector.explain(found!.evidence, 'zh')).toBe('一次就诊大型检查3次(上限2)，含胸部CT平扫，超出部分200.00元。')
    const parts = [
      visit('A', 'H1', '2026-03-02', [line('CT'), line('HEAD')], { mdtrt_id: 'M' }),
      visit('B', 'H1', '2026-03-03', [line('MR')], { mdtrt_id: 'M' }),
    ]
    for (const order of permutations(parts))
      expect(judge(...order).open).toMatchObject([{ subject: { id: 'B' }, setl_ids: ['A', 'B'] }])
  })

  test('for an acute stroke follows its images up, and images anew whom another hospital sent', () => {
    const HEAD_MR = image('HEADMR', '头部MR', 'mri', 'head')
    const stroke = (more: Wire = {}) => ({ med_type: '21', diseinfo: [{ diag_type: '1', diag_code: 'I63.900' }], ...more })
    const on = (code: string, day: string) => line(code, { feedetl_sn: `${code}${day}`, fee_ocur_time: `${day} 09:00:00` })
    const [first, scan, again] = [on('HEAD', '2026-03-02'), on('HEADMR', '2026-03-02'), on('HEAD', '2026-03-03')]
    const stay = (more: Wire, ...images: Wire[]) => visit('B', 'H2', '2026-03-06', images, stroke(more))
    const count = (...events: Wire[]) => judge(HEAD_MR, ...events).open.length
    expect(count(stay({}, first, scan, again))).toBe(0)
    expect(count(stay({ diseinfo: [{ diag_type: '1', diag_code: 'S06.500' }] }, first, scan, again))).toBe(0)
    // Other illnesses, the consulting room, one more of another part, and three at one moment.
    expect(count(stay({ diseinfo: [{ diag_type: '1', diag_code: 'I69.300' }] }, first, scan, again))).toBe(1)
    expect(count(stay({ med_type: '11' }, first, scan, again))).toBe(1)
    expect(count(stay({}, first, scan, again, on('CT', '2026-03-04')))).toBe(1)
    expect(count(stay({}, line('HEAD', { cnt: 3 })))).toBe(1)
    // The first by another method follows nothing up.
    expect(count(stay({}, first, on('HEADMR', '2026-03-03'), on('CT', '2026-03-04')))).toBe(1)
    const sent = visit('A', 'H1', '2026-03-02', [line('HEAD'), line('CT')])
    expect(count(sent, stay({}, again))).toBe(0)
    expect(count(sent, stay({}, on('CT', '2026-03-04')))).toBe(1)
    expect(count(sent, stay({ diseinfo: [] }, again))).toBe(1)
  })

  test('of high value that is no examination, or whose images were taken back, is none', () => {
    const surgery = [1, 2, 3].map((i) => line('PET', { feedetl_sn: `${i}`, med_chrgitm_type: '06' }))
    expect(judge(visit('A', 'H1', '2026-03-02', surgery)).open).toEqual([])
    const back = [line('CT', { cnt: 3 }), line('CT', { feedetl_sn: 'b', cnt: -1 })]
    expect(judge(visit('A', 'H1', '2026-03-02', back)).open).toEqual([])
  })

  test('had no image that a later bill of it takes back, whether that repeats, is repeated or is one too many', () => {
    const bill = (setl_id: string, hospital: string, day: string, ...feedetail: Wire[]) =>
      visit(setl_id, hospital, day, [...feedetail, line('WARD', { pric: 500 })], { mdtrt_id: `M-${hospital}` })
    const [one, again] = [bill('A', 'H1', '2026-03-02', line('CT')), bill('B', 'H2', '2026-03-05', line('CT2'))]
    const back = (hospital: string, code: string, fee_ocur_time: string) =>
      bill('C', hospital, '2026-03-12', line(code, { cnt: -1, fee_ocur_time }))
    for (const time of ['2026-03-02 10:00:00', '2026-03-05 10:00:00', '2026-03-11 10:00:00'])
      for (const gone of [back('H1', 'CT', time), back('H2', 'CT2', time)])
        for (const order of permutations([one, again, gone])) expect(judge(...order).open).toEqual([])
    const gone = back('H2', 'CT2', '2026-03-05 10:00:00')
    expect(judge(one, again, gone, voidOf(gone, '2026-03-13 10:00:00')).open).toMatchObject([{ setl_ids: ['A', 'B'] }])
    const many = [bill('A', 'H1', '2026-03-02', line('CT'), line('HEAD')), bill('B', 'H1', '2026-03-03', line('MR', { cnt: 2 }))]
    const less = back('H1', 'MR', '2026-03-11 10:00:00')
    for (const order of permutations([...many, less]))
      expect(judge(...order).open).toMatchObject([
        { subject: { id: 'B' }, setl_ids: ['A', 'B'], vola_amt: 20_000, evidence: { count: 3 } },
      ])
    const alsoBack = bill('A', 'H1', '2026-03-02', line('CT'), line('HEAD'), line('MR'), line('CT2', { cnt: -1 }))
    expect(judge(alsoBack).open).toHaveLength(1)
    expect(judge(alsoBack, back('H1', 'MR', '2026-03-02 10:00:00')).open).toEqual([])
    const years = [heartbeat('2028-01-01 00:00:00'), visit('Z', 'H3', '2028-01-02', [line('CT')])]
    expect(judge(...many, less, ...years).open).toMatchObject([{ subject: { id: 'B' }, vola_amt: 20_000 }])
    expect(judge(...many, { ...back('H1', 'HEAD', '2026-03-02 10:00:00'), setl_id: 'D' }, less).open).toEqual([])
  })

  test('that is voided retracts, whichever of the two', () => {
    const second = visit('B', 'H2', '2026-03-05', [line('CT')])
    for (const voided of [first, second])
      expect(judge(first, second, voidOf(voided, '2027-03-06 10:00:00')).retracted).toHaveLength(1)
  })
})

describe('An institution', () => {
  const HOSPITALS = ['H1', 'H2', 'H3'].map((code) =>
    reference('institution', code, { kind: 'hospital', level: '3', admdvs: '990101' }),
  )
  /** So many inpatients in April, of whom so many had the scan. */
  const april = (fixmedins_code: string, stays: number, scans: number, more: Wire = {}) =>
    Array.from({ length: stays }, (_, i) =>
      inpatient({
        ...{
          setl_id: `${fixmedins_code}-${i}`,
          mdtrt_id: `${fixmedins_code}-${i}`,
          psn_no: `Q${fixmedins_code}${i}`,
          fixmedins_code,
        },
        ...{
          setl_time: '2026-04-10 10:00:00',
          feedetail: [line(i < scans ? 'CT' : 'BED', i < scans ? {} : { med_chrgitm_type: '01' })],
        },
        ...more,
      }),
    )
  const told = (...events: Wire[]) => run(detector, [...ITEMS, ...HOSPITALS, ...events, heartbeat('2026-05-20 00:00:00')]).open

  test('where nearly every inpatient has an examination that few have elsewhere is a suspicion', () => {
    const open = told(...april('H1', 40, 38), ...april('H2', 40, 10), ...april('H3', 40, 24))
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'institution', id: 'H1' }, bucket: '2026-04|CT', severity: 3, result: 'suspicion', vola_amt: 0 },
        evidence: { kind: 'custom', count: 40, share: 95, peer_median: 60, peers: 3 },
      },
    ])
    expect(open[0]!.setl_ids.length).toBeGreaterThan(0)
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-04住院40人中95%做胸部CT平扫，同级3家中位60%。')
  })

  test('is none with fewer, among peers that do the same, with few inpatients or few peers', () => {
    expect(told(...april('H1', 40, 37), ...april('H2', 40, 10), ...april('H3', 40, 10))).toEqual([])
    expect(told(...april('H1', 50, 47), ...april('H2', 40, 10), ...april('H3', 40, 10))).toEqual([])
    expect(told(...april('H1', 40, 38), ...april('H2', 40, 10), ...april('H3', 40, 25))).toEqual([])
    expect(told(...april('H1', 19, 19), ...april('H2', 40, 10), ...april('H3', 40, 10))).toEqual([])
    expect(told(...april('H1', 20, 20), ...april('H2', 40, 10), ...april('H3', 40, 10))).toHaveLength(1)
    expect(told(...april('H1', 40, 40), ...april('H2', 40, 4))).toEqual([])
  })

  test('may have an examination as its custom that is not costly, but no bed', () => {
    const everybody = (code: string, med_chrgitm_type: string) =>
      april('H1', 20, 0, { feedetail: [line(code, { med_chrgitm_type })] })
    const peers = [...april('H2', 20, 0), ...april('H3', 20, 0)]
    expect(told(...everybody('ECHO', '03'), ...peers)).toMatchObject([{ bucket: '2026-04|ECHO' }])
    expect(told(...everybody('SUITE', '01'), ...peers)).toEqual([])
  })

  test('is no custom where its peers have the same examination under another local code', () => {
    const code = '002103000010000'
    const scan = reference('item', code, { name: '胸部CT平扫', list_type: '201', tags: ['ct'], body_part: '胸部' })
    const everybody = (fixmedins_code: string, suffix: string) =>
      april(fixmedins_code, 20, 20, { feedetail: [line(`${code}${suffix}`)] })
    expect(told(scan, ...everybody('H1', '-1'), ...everybody('H2', ''), ...everybody('H3', ''))).toEqual([])
    expect(told(scan, ...everybody('H1', '-1'), ...april('H2', 20, 0), ...april('H3', 20, 0))).toMatchObject([
      { bucket: `2026-04|${code}`, evidence: { name: '胸部CT平扫', share: 100 } },
    ])
  })

  test('Settlements before the end of a stay are not counted', () => {
    const mid = april('H1', 40, 40, { mid_setl_flag: '1' })
    expect(told(...mid, ...april('H2', 40, 10), ...april('H3', 40, 10))).toEqual([])
  })
})

describe('An image that the person pays alone', () => {
  const own = { inscp_scp_amt: 0 }

  test('repeats nothing at the cost of the fund, but the fund’s may repeat it', () => {
    const again = (more: Wire) => visit('B', 'H2', '2026-03-05', [line('CT2', more)])
    expect(judge(visit('A', 'H1', '2026-03-02', [line('CT')]), again(own)).open).toEqual([])
    expect(judge(visit('A', 'H1', '2026-03-02', [line('CT', own)]), again({})).open).toMatchObject([{ vola_amt: 20_000 }])
  })

  test('is none of too many', () => {
    const three = (more: Wire) => visit('A', 'H1', '2026-03-02', [line('CT'), line('MR'), line('HEAD', more)])
    expect(judge(three(own)).open).toEqual([])
    expect(judge(three({})).open).toHaveLength(1)
  })
})

test('Of too many images of a visit the last ones are, however the bill lists them', () => {
  const at = (code: string, hour: string) => line(code, { fee_ocur_time: `2026-03-02 ${hour}:00:00` })
  const bill = visit('A', 'H1', '2026-03-02', [at('HEAD', '11'), at('CT', '08'), at('MR', '09')])
  expect(judge(bill).open[0]!.lines.filter(({ vola_item_type }) => vola_item_type === 1)).toMatchObject([{ feedetl_sn: 'HEAD' }])
})
