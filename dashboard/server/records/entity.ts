import { dayOf, formatInstant, parseDay } from '../../../schemas/time.ts'
import type { Role, Scope } from '../access/caller.ts'
import { isWithin } from '../alerts/scope.ts'
import type { Records } from '../ports.ts'
import { type RegisterRow, registered } from './register.ts'
import type { SettlementQuery } from './settlement-list.ts'

export const ENTITY_TYPES = ['person', 'institution', 'doctor', 'item', 'trace', 'group', 'pool'] as const
export type EntityType = (typeof ENTITY_TYPES)[number]

/** Where an entity is registered, and what people see of its row. */
const REGISTERS: Readonly<Partial<Record<EntityType, { readonly table: string; readonly shown: readonly string[] }>>> = {
  person: { table: 'person', shown: ['gend', 'age', 'death_date', 'insured', 'status', 'chronic', 'remote_filing'] },
  institution: {
    table: 'institution',
    shown: [
      'name',
      'kind',
      'level',
      'specialty',
      'admdvs',
      'beds',
      'terminals',
      'depts',
      'open_hours',
      'closed_days',
      'is_internet',
      'dual_channel',
      'group_id',
      'agreement',
    ],
  },
  doctor: { table: 'doctor', shown: ['name', 'title', 'institutions', 'depts', 'status'] },
  item: {
    table: 'item',
    shown: [
      'name',
      'list_type',
      'unit',
      'generic',
      'pharm_class',
      'pack_days',
      'pack_units',
      'ddd',
      'max_daily_dose',
      'is_rx',
      'vbp_group',
      'high_value',
      'body_part',
      'tags',
    ],
  },
}

/** Whether a row of the register may be seen by someone whose regions hold nothing of it: items belong to everyone. */
export function isOpenTo(scope: Scope, type: EntityType, id: string, { admdvs }: RegisterRow): boolean {
  if (type === 'item') return true
  if (type !== 'institution' || typeof admdvs !== 'string') return false
  return isWithin(scope, { fixmedins_code: id, admdvs, insu_admdvs: admdvs })
}

/** The settlements of an entity; undefined where it has none of its own. */
export function settlementsOf(type: EntityType, id: string): SettlementQuery | undefined {
  switch (type) {
    case 'person':
      return { psn_no: id }
    case 'institution':
      return { fixmedins_code: id }
    case 'doctor':
      return { doctor: id }
    case 'item':
      return { med_list_codg: id }
    case 'trace':
      return { drug_trac_codg: id }
    default:
      return undefined
  }
}

/** The birthday is shown as an age. */
function ageOf({ brdy }: RegisterRow, now: number): number | undefined {
  if (typeof brdy !== 'string' || Number.isNaN(parseDay(brdy))) return undefined
  const today = formatInstant(now).slice(0, 10)
  const born = brdy.slice(0, 10)
  return dayOf(now) < parseDay(brdy)
    ? undefined
    : Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0)
}

/** `张三丰` as `张**`. */
function maskName(name: unknown): string {
  return typeof name === 'string' && name !== '' ? `${[...name][0]}**` : ''
}

/** Those who look after cases see a doctor's name; those who only look on do not. */
const NAMERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel']

/** What the register says of an entity, as far as people see it; undefined where it does not know it. */
export async function factsOf(
  records: Records,
  type: EntityType,
  id: string,
  { roles, now }: { readonly roles: readonly Role[]; readonly now: number },
): Promise<RegisterRow | undefined> {
  const register = REGISTERS[type]
  if (!register) return undefined
  const row = (await registered(records, register.table, [id])).get(id)
  if (!row) return undefined
  const seen = { ...row, ...(type === 'person' && { age: ageOf(row, now) }) } as Record<string, unknown>
  if (type === 'doctor' && !roles.some((role) => NAMERS.includes(role))) seen.name = maskName(row.name)
  const shown = register.shown.filter((name) => seen[name] !== undefined && seen[name] !== null && seen[name] !== '')
  return Object.fromEntries(shown.map((name) => [name, seen[name]]))
}
