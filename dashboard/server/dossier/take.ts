import { createHash } from 'node:crypto'
import type { Caller } from '../access/caller.ts'
import { audit } from '../workflow/audit.ts'
import type { Cases } from '../workflow/cases.ts'
import type { Desk } from '../workflow/desk.ts'
import { Looks } from '../workflow/looks.ts'
import { collectDossier } from './collect.ts'
import type { Dossier, Language } from './dossier.ts'
import { dossierPdf } from './pdf.ts'

export interface Taking {
  /** Why persons are named; without it they are masked. */
  readonly reason?: string
  /** To which a second person has agreed: it names very many. */
  readonly unmasking_id?: string
  readonly address: string
}

/**
 * The machine-readable package; that it was taken is in the record, with the hash of every part. Persons are named as in any
 * other look at them. @throws Problem `APPROVAL_REQUIRED`
 */
export async function takePackage(desk: Desk, cases: Cases, caller: Caller, caseId: string, taking: Taking): Promise<Dossier> {
  const { dossier, persons } = await collectDossier(desk, cases, caller, caseId, taking.reason ?? '')
  await record(desk, caller, dossier, taking, { persons, hashes: dossier.hashes })
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
  await record(desk, caller, dossier, taking, { persons, hashes: dossier.hashes, pdf: file, language })
  return pdf
}

async function record(
  desk: Desk,
  caller: Caller,
  dossier: Dossier,
  { unmasking_id, address }: Taking,
  detail: Readonly<Record<string, unknown>> & { readonly persons: number },
): Promise<void> {
  const { case: file, reason } = dossier
  const { case_id: object_id, fixmedins_code, admdvs, insu_admdvs } = file
  const action = 'dossier'
  if (!dossier.masked) {
    const place = { fixmedins_code, admdvs, insu_admdvs }
    const { persons } = detail
    await new Looks(desk).take(caller, {
      ...{ object_type: 'case', object_id, place, persons, reason, address, action, detail },
      ...(unmasking_id !== undefined && { unmasking_id }),
    })
    return
  }
  const { database, now } = desk.parts
  const entry = { at: now(), actor: caller.username, address, action, object_type: 'case', object_id, detail }
  await database.transaction((sql) => audit(sql, [entry]))
}
