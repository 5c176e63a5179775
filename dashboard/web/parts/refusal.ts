import { useWords } from '../app/language.tsx'

/** What a refusal says by its code, whether the workflow or the server refuses. */
export function useRefusalText(): (code: string) => string {
  const { work, common } = useWords()
  return (code) => work.refusals[code] ?? common.problems[code] ?? common.failed(code)
}
