import { useWords } from '../app/language.tsx'
import { InstitutionName } from '../records/institution-names.tsx'

/** What kind of thing a finding is about. */
export function SubjectTag({ type }: { type: string }) {
  const { common } = useWords()
  return <span className="tag">{common.subject[type as 'person'] ?? type}</span>
}

/** What a finding is about: its kind and its number, of an institution its name as well. */
export function Subject({ type, id }: { type: string; id: string }) {
  return (
    <>
      <SubjectTag type={type} />{' '}
      {type === 'institution' ? <InstitutionName code={id} coded /> : <span className="code">{id}</span>}
    </>
  )
}
