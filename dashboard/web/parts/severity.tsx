import { useWords } from '../app/language.tsx'

const SHAPES = ['', '◆', '▲', '●', '■'] as const

/** Severity by shape, word and colour; never by colour alone. */
export function Severity({ level }: { level: number }) {
  const { severity, severity_colour } = useWords().common
  return (
    <span className={`badge severity-${level}`} title={`${severity[level]} ${severity_colour[level]}`}>
      <span aria-hidden="true">{SHAPES[level] ?? ''}</span> {severity[level] ?? ''}
    </span>
  )
}
