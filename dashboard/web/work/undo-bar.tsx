import { useEffect, useState } from 'react'
import { useWords } from '../app/language.tsx'

const left = (until: string) => Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000))

/** What was just done may be taken back for some seconds. */
export function UndoBar({ until, onUndo }: { until: string; onUndo: () => void }) {
  const { work } = useWords()
  const [seconds, setSeconds] = useState(() => left(until))
  useEffect(() => {
    setSeconds(left(until))
    const timer = setInterval(() => setSeconds(left(until)), 500)
    return () => clearInterval(timer)
  }, [until])
  if (seconds === 0) return null
  return (
    <button type="button" className="button" data-testid="undo" onClick={onUndo}>
      {work.undo_left(seconds)} <kbd>Z</kbd>
    </button>
  )
}
