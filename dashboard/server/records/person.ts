import type { Scope } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Records } from '../ports.ts'
import { Problem } from '../problems.ts'
import { personOfSettlement } from './settlement-list.ts'

interface Parts {
  readonly records: Records
  readonly alerts: AlertReader
}

/**
 * A person's number stands in no address: a person is named by one of their settlements or alerts, as `settlement:ID` or
 * `alert:ID`. @throws Problem `ENTITY_UNKNOWN`
 */
export async function personNamedBy({ records, alerts }: Parts, scope: Scope, name: string): Promise<string> {
  const [kind, id = ''] = name.split(/:(.*)/s)
  if (kind === 'alert' && id) {
    const alert = await alerts.one(scope, id)
    const number = alert?.psn_no || (alert?.subject_type === 'person' ? alert.subject_id : '')
    if (number) return number
  }
  const person = kind === 'settlement' && id && (await personOfSettlement(records, scope, id))
  if (person) return person
  throw new Problem('ENTITY_UNKNOWN')
}

/** Of a list that may be confined to one person. */
export async function personSought(parts: Parts, scope: Scope, name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : personNamedBy(parts, scope, name)
}
