import { createHash } from 'node:crypto'
import type { Caller } from '../access/caller.ts'
import { audit } from '../workflow/audit.ts'
import type { Cases } from '../workflow/cases.ts'
import type { Desk } from '../workflow/desk.ts'
import { collectDossier } from './collect.ts'
import type { Dossier, Language } from './dossier.ts'
import { dossierPdf } from './pdf.ts'

export interface Taking {
  /** Why persons are named; without it they are masked. */
  readonly reason?: string
  readonly address: string
}

/** The machine-readable package; that it was taken is in the record, with the hash of every part. */
export async function takePackage(desk: Desk, cases: Cases, caller: Caller, caseId: string, taking: Taking): Promise<Dossier> {
  const { dossier, persons } = await collectDossier(desk, cases, caller, caseId, taking.reason ?? '')
  await record(desk, dossier, taking, { persons, hashes: dossier.hashes })
  return dossier
}

/** The dossier as pages; the record has the hash of the file as well. */
export async function takePdf(
  desk: Desk,
  cases: Cases,
  caller: Caller,
  caseId: string,
  { language, ...taking }: Taking & { language: Language },
): Promise<Buffer> {
  const { dossier, persons } = await collectDossier(desk, cases, caller, caseId, taking.reason ?? '')
  const pdf = await dossierPdf(dossier, language)
  const file = createHash('sha256').update(pdf).digest('hex')
  await record(desk, dossier, taking, { persons, hashes: dossier.hashes, pdf: file, language })
  return pdf
}

async function record({ parts }: Desk, dossier: Dossier, { reason = '', address }: Taking, detail: object): Promise<void> {
  const { made_by: actor, case: file } = dossier
  const entry = { at: parts.now(), actor, address, object_type: 'case', object_id: file.case_id, purpose: reason }
  await parts.database.transaction((sql) => audit(sql, [{ ...entry, action: 'dossier', detail: { ...detail } }]))
}
