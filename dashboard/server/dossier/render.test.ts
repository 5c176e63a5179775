import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { pdfText } from '../../testing/pdf-text.ts'
import { UNTOUCHED } from '../workflow/machine/situation.ts'
import type { Dossier } from './dossier.ts'
import { packageInside } from './inside.ts'
import { renderDossier } from './render.ts'

const at = '2026-01-06T10:00:00+08:00'
const HASH = 'ffba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015'
const said = { n: 8, at, actor: 'clinic', action: 'appeal', from: 'APPEAL_OPEN', to: 'SECOND_REVIEW', state_version: 4 } as const
const notice = {
  ...said,
  n: 7,
  actor: 'li',
  action: 'notify',
  from: 'FIRST_REVIEW',
  to: 'APPEAL_OPEN',
  state_version: 3,
} as const

const dossier: Dossier = {
  format: 2,
  made: at,
  made_by: 'chen',
  reason: '',
  case: {
    case_id: 'AJ-2026-0007',
    title: '超限定单价收费 S1',
    subject_type: 'settlement',
    subject_id: 'S1',
    fixmedins_code: 'H99010200001',
    admdvs: '990102',
    insu_admdvs: '990102',
    open: true,
    severity: 2,
    alerts: 1,
    settlements: 1,
    recoverable_amt: 1234.5,
    owner: 'li',
    opened: at,
    opened_by: 'chen',
    updated: at,
    due: null,
    version: 1,
  },
  identity: 'by its parts',
  masked: true,
  alerts: [anAlert(1, { vola_amt: 1234.5 })],
  inputs: [
    {
      kind: 'settlement',
      id: 'S1',
      event: {
        setl_id: 'S1',
        fund_pay_sumamt: 49.77,
        diseinfo: [{ diag_code: 'M54.500', diag_name: '下背痛', maindiag_flag: '1' }],
        feedetail: Array.from({ length: 90 }, (_, n) => ({
          feedetl_sn: `${n + 1}`,
          med_list_codg: '003105010103000',
          pric: 12.5 + n,
        })),
      },
    },
  ],
  reference: [
    {
      kind: 'reference',
      table: 'price_cap',
      id: 'cap',
      row: { code: '003105010103000', cap: 10 },
      effective_from: at,
      effective_to: null,
      deleted: false,
    },
  ],
  detectors: [
    {
      id: 'POL-01',
      version: 1,
      title: { zh: '超限定单价收费', en: 'Unit price above the cap' },
      params: { tolerance: [{ value: 0.001, source: 'default' }] },
    },
  ],
  decisions: [
    {
      alert_id: anAlert(1).alert_id,
      recoverable_amt: 1234.5,
      situation: { ...UNTOUCHED, state: 'SECOND_REVIEW' },
      history: [
        { ...said, reason: '', note: '', detail: { statement: '价目已公示 𠮷', attachments: ['a1'] } },
        { ...notice, reason: '', note: '请陈述', detail: { amount: 1234_50 } },
      ],
      holds: [],
    },
  ],
  attachments: [
    {
      attachment_id: 'a1',
      alert_id: anAlert(1).alert_id,
      name: '价目表.pdf',
      media_type: 'application/pdf',
      size: 1000,
      sha256: HASH,
      added_by: 'clinic',
      added: at,
      by_party: true,
    },
  ],
  case_history: [],
  chain: { n: 41, hash: HASH },
  hashes: { alerts: HASH },
  hash: HASH,
}
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('the pages of a dossier', () => {
  let zh: Buffer
  let pages: string[]
  beforeAll(async () => {
    zh = await renderDossier(dossier, 'zh')
    pages = pdfText(zh)
  }, 60_000)
  const text = () => pages.join('\n')

  it('say what was found, on what, by which rule and law, who did what, and what proves it', () => {
    for (const told of [
      'AJ-2026-0007',
      '1,234.50',
      '收费12.5元，限价10元，1条明细共超2.50元。',
      'POL-01 第 1 版',
      '第38条第（三）项',
      'tolerance',
      '默认参数',
      'M54.500 下背痛 (主)',
      '49.77',
      '通知金额: 1,234.50',
      '待申诉 → 复审',
      '价目表.pdf',
      'clinic',
      '第 41 条',
    ]) {
      expect([told, text().includes(told)]).toEqual([told, true])
    }
    // What wraps in a narrow column is whole on the cover.
    expect(pages[0]).toContain(HASH)
  })

  it('are numbered, and begin each page of a table with its head', () => {
    expect(pages.length).toBeGreaterThan(4)
    for (const [index, page] of pages.entries()) expect(page).toContain(`第 ${index + 1} 页，共 ${pages.length} 页`)
    expect(pages.filter((page) => page.includes('项目编码')).length).toBeGreaterThan(1)
  })

  it('name a character that the font lacks by its number', () => {
    expect(text()).toContain('价目已公示 [U+20BB7]')
  })

  it('are in English as well', async () => {
    const english = pdfText(await renderDossier(dossier, 'en')).join('\n')
    for (const told of [
      'Case dossier of evidence',
      'Unit price above the cap',
      'default parameter',
      'art. 38 (三)',
      'Page 2 of',
    ]) {
      expect([told, english.includes(told)]).toEqual([told, true])
    }
  }, 60_000)

  it('hold the package they were drawn from', () => {
    expect(JSON.parse(packageInside(zh).toString())).toEqual(dossier)
    expect(() => packageInside(Buffer.from('%PDF-1.7'))).toThrow(expect.objectContaining({ code: 'DOSSIER_INVALID' }))
  })

  it('are the same bytes for the same package, and others when an input has changed', async () => {
    expect(sha(await renderDossier(structuredClone(dossier), 'zh'))).toBe(sha(zh))
    const [input] = dossier.inputs
    const changed = { ...dossier, inputs: [{ ...input!, event: { ...input!.event, fund_pay_sumamt: 49.78 } }] }
    expect(sha(await renderDossier(changed, 'zh'))).not.toBe(sha(zh))
  }, 60_000)
})
