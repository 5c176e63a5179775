import type { Dossier } from './dossier.ts'
import type { Paper } from './paper.ts'
import { plain } from './plain.ts'
import type { DossierWords } from './words.ts'

/** Settlements that are printed line by line, and lines of each; the embedded package holds everything. */
const SETTLEMENTS_PRINTED = 40
const LINES_PRINTED = 300
const ROWS_PRINTED = 200
const LONG_ROW = 400

type Event = Dossier['inputs'][number]['event']

/** The inputs as they were stored: the settlements that the findings name, whole, and what else was judged with them. */
export function writeInputs(paper: Paper, dossier: Dossier, words: DossierWords): void {
  paper.chapter(words.inputs)
  const named = new Set(dossier.alerts.flatMap(({ setl_ids }) => setl_ids))
  const violating = new Set(dossier.alerts.flatMap(({ lines }) => lines.map((line) => `${line.setl_id} ${line.feedetl_sn}`)))
  const first = dossier.inputs.filter(({ id, kind }) => kind !== 'settlement' || named.has(id))
  const printed = first.slice(0, SETTLEMENTS_PRINTED)
  for (const { kind, id, event } of printed) {
    const isSettlement = kind === 'settlement'
    paper.heading(isSettlement ? words.settlement_of(id) : words.other_event(kind, id), 10)
    paper.pairs(
      Object.entries(event)
        .filter(([field, value]) => field !== 'kind' && value !== '' && (value === null || typeof value !== 'object'))
        .map(([field, value]) => [words.fields[field] ?? field, plain(value)]),
    )
    writeDiagnoses(paper, event, words)
    writeFeeLines(paper, id, event, violating, words)
  }
  if (dossier.inputs.length > printed.length) {
    paper.text(words.not_printed(dossier.inputs.length - printed.length), { quiet: true })
  }
}

function listOf(event: Event, field: string): readonly Event[] {
  const value = event[field]
  return Array.isArray(value) ? (value as Event[]) : []
}

function writeDiagnoses(paper: Paper, event: Event, words: DossierWords): void {
  const diagnoses = listOf(event, 'diseinfo')
  if (diagnoses.length === 0) return
  const told = diagnoses.map(
    ({ diag_code, diag_name, maindiag_flag }) =>
      `${plain(diag_code)} ${diag_name ?? ''}${maindiag_flag === '1' ? ` (${words.main})` : ''}`,
  )
  paper.pairs([[words.diagnoses, told.join('; ')]], 1)
}

function writeFeeLines(paper: Paper, id: string, event: Event, violating: ReadonlySet<string>, words: DossierWords): void {
  const lines = listOf(event, 'feedetail')
  if (lines.length === 0) return
  paper.table(
    [
      { head: words.line, width: 8 },
      { head: words.item, width: 22 },
      { head: words.time, width: 18 },
      { head: words.cnt, width: 7, right: true },
      { head: words.price, width: 9, right: true },
      { head: words.yuan, width: 11, right: true },
      { head: words.named, width: 7 },
    ],
    lines.slice(0, LINES_PRINTED).map((line) => {
      const isNamed = violating.has(`${id} ${line.feedetl_sn}`)
      const { feedetl_sn, med_list_codg, fee_ocur_time, cnt, pric, det_item_fee_sumamt } = line
      const values = [feedetl_sn, med_list_codg, fee_ocur_time, cnt, pric, det_item_fee_sumamt].map(plain)
      return [...values, isNamed ? '●' : ''].map((text) => ({ text, strong: isNamed }))
    }),
  )
  if (lines.length > LINES_PRINTED) paper.text(words.lines_not_printed(lines.length - LINES_PRINTED), { quiet: true })
}

/** What was known of the institutions, people and items of the findings; the package holds what was known of all inputs. */
export function writeReference(paper: Paper, dossier: Dossier, words: DossierWords): void {
  paper.chapter(words.knowledge_rows)
  const codes = codesOf(dossier)
  const reference = dossier.reference.filter(({ id, row }) => codes.has(id) || Object.values(row).some((one) => codes.has(one)))
  const others = dossier.reference.length - reference.length
  if (others > 0) paper.text(words.rows_not_printed(others), { quiet: true })
  if (reference.length === 0) return paper.text(words.none)
  paper.table(
    [
      { head: words.table, width: 3 },
      { head: words.id, width: 5 },
      { head: words.from, width: 3 },
      { head: words.to, width: 3 },
      { head: words.content, width: 10 },
    ],
    reference.slice(0, ROWS_PRINTED).map(({ table, id, effective_from, effective_to, row, deleted }) => {
      const text = JSON.stringify(row)
      const content = text.length > LONG_ROW ? `${text.slice(0, LONG_ROW)} …` : text
      const day = (time: string | null) => (time === null ? '–' : time.slice(0, 10))
      return [table, id, day(effective_from), day(effective_to), deleted ? words.deleted : content]
    }),
  )
  if (reference.length > ROWS_PRINTED) paper.text(words.rows_not_printed(reference.length - ROWS_PRINTED), { quiet: true })
}

/** The subjects, institutions and doctors of the findings, and the items of their violating lines. */
function codesOf({ alerts, inputs }: Dossier): ReadonlySet<unknown> {
  const codes = new Set<unknown>(alerts.flatMap(({ fixmedins_code, subject_id }) => [fixmedins_code, subject_id]))
  const violating = new Set(alerts.flatMap(({ lines }) => lines.map((line) => `${line.setl_id} ${line.feedetl_sn}`)))
  for (const { id, event } of inputs) {
    for (const line of listOf(event, 'feedetail')) {
      if (!violating.has(`${id} ${line.feedetl_sn}`)) continue
      codes.add(line.med_list_codg).add(line.bilg_dr_codg).add(event.chfpdr_code)
    }
  }
  return new Set([...codes].filter((code) => typeof code === 'string' && code !== ''))
}
