import { Link } from '../app/navigation.tsx'
import { entityPath } from '../records/entity-path.ts'
import { InstitutionLink } from '../records/institution-names.tsx'

const TYPES: Readonly<Record<string, string>> = {
  setl_id: 'settlement',
  setl_ids: 'settlement',
  fixmedins_code: 'institution',
  institution: 'institution',
  med_list_codg: 'item',
  code_a: 'item',
  code_b: 'item',
  drug_trac_codg: 'trace',
  trace: 'trace',
  dr_code: 'doctor',
  doctor: 'doctor',
  bilg_dr_codg: 'doctor',
  chfpdr_code: 'doctor',
}

/** What a field of evidence leads to; persons are not among them, since their numbers are masked. */
export function linkTypeOf(field: string): string | undefined {
  return Object.hasOwn(TYPES, field) ? TYPES[field] : undefined
}

export function EntityLink({ type, id }: { type: string; id: string }) {
  if (type === 'institution') return <InstitutionLink code={id} />
  return (
    <Link className="code" to={entityPath(type, id)}>
      {id}
    </Link>
  )
}
