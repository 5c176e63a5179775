import { useWords } from '../app/language.tsx'

/** Reads on, where there is more. */
export function MoreButton({ loadMore }: { loadMore: (() => Promise<void>) | undefined }) {
  const { common } = useWords()
  if (!loadMore) return null
  return (
    <p className="foot">
      <button type="button" className="button small" onClick={() => void loadMore()}>
        {common.older}
      </button>
    </p>
  )
}
