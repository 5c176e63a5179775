import { useWords } from '../app/language.tsx'

const WHOLE = '000000'

/** The regions whose data somebody sees. */
export function Regions({ scope }: { scope: readonly string[] }) {
  const { common } = useWords()
  if (scope.includes(WHOLE)) return common.all_regions
  return <span className="code">{scope.join(' ')}</span>
}
