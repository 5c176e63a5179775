import { useState } from 'react'
import { useWords } from '../app/language.tsx'
import type { WholeAlert } from './whole-alert.ts'

/** Copies by the old way where the new one needs an encrypted connection. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

export function AlertTools({ alert }: { alert: WholeAlert }) {
  const words = useWords().alert
  const [copied, setCopied] = useState(false)
  return (
    <div className="bar">
      <span className="code quiet">{alert.alert_id.slice(0, 12)}</span>
      <span className="spring" />
      <button
        type="button"
        className="button small"
        onClick={() => void copy(`${location.origin}/alerts/${alert.alert_id}`).then(() => setCopied(true))}
      >
        {copied ? words.copied : words.copy_link}
      </button>
      <button type="button" className="button small" onClick={() => print()}>
        {words.print}
      </button>
    </div>
  )
}
