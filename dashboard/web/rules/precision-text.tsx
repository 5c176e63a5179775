import { useWords } from '../app/language.tsx'
import type { Decided } from './use-precision.ts'

/** The share of decided alerts that were confirmed; a share of few says so by their number. */
export function PrecisionText({ decided }: { decided: Decided | undefined }) {
  const { rules } = useWords()
  const { confirmed = 0, dismissed = 0 } = decided ?? {}
  const all = confirmed + dismissed
  if (all === 0) return <span className="quiet">{rules.undecided}</span>
  return rules.precision_of(`${Math.round((100 * confirmed) / all)} %`, String(all))
}
