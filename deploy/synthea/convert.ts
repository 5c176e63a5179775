import { parseInstant } from '../../schemas/time.ts'
import { institutionOf, personOf, settlementOf } from './events.ts'
import { type Row, readTable } from './table.ts'

/**
 * The events of a folder of Synthea tables: institutions and persons first, then every claim as a settlement, in the order
 * of billing. Claims and charges are held in memory, because the tables are in the order of patients.
 * @throws FundwatchError FILE_UNREADABLE, CSV_INVALID
 */
export async function* convertSynthea(folder: string): AsyncGenerator<object> {
  for await (const organization of readTable(folder, 'organizations')) yield institutionOf(organization)
  const patients = new Map<string, Row>()
  for await (const patient of readTable(folder, 'patients')) {
    patients.set(patient.Id!, patient)
    yield personOf(patient)
  }
  const encounters = new Map<string, Row>()
  for await (const encounter of readTable(folder, 'encounters')) encounters.set(encounter.Id!, encounter)
  const charges = await chargesByClaim(folder)
  const visits = new Set<string>()
  const settlements: { readonly at: number; readonly event: object }[] = []
  for await (const claim of readTable(folder, 'claims')) {
    const visit = claim.APPOINTMENTID!
    const event = settlementOf({
      claim,
      encounter: encounters.get(visit),
      patient: patients.get(claim.PATIENTID!),
      charges: charges.get(claim.Id!) ?? [],
      isFirstOfVisit: !visits.has(visit),
    })
    visits.add(visit)
    settlements.push({ at: parseInstant(claim.LASTBILLEDDATE1!), event })
  }
  settlements.sort((a, b) => a.at - b.at)
  for (const { event } of settlements) yield event
}

async function chargesByClaim(folder: string): Promise<Map<string, Row[]>> {
  const charges = new Map<string, Row[]>()
  for await (const transaction of readTable(folder, 'claims_transactions')) {
    if (transaction.TYPE !== 'CHARGE') continue
    const ofClaim = charges.get(transaction.CLAIMID!)
    if (ofClaim) ofClaim.push(transaction)
    else charges.set(transaction.CLAIMID!, [transaction])
  }
  return charges
}
