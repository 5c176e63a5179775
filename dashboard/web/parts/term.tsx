import { useWords } from '../app/language.tsx'
import { lastDay } from './format.ts'

/** The last day of a term; one that is over stands out. */
export function Term({ due }: { due: string | null }) {
  const { work } = useWords()
  if (!due) return null
  const isOver = Date.parse(due) <= Date.now()
  return (
    <span className={isOver ? 'tag alarm' : 'term'}>
      {isOver && `${work.overdue} · `}
      {work.due_at(lastDay(due))}
    </span>
  )
}
