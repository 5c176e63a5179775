import { useWords } from '../app/language.tsx'

const SHAPES = ['', '◆', '▲', '●', '■'] as const

/** Severity by shape, word and colour; never by colour alone. The short form has a legend beside it. */
export function Severity({ level, short = false }: { level: number; short?: boolean }) {
  const { severity, severity_colour } = useWords().common
  return (
    <span className={`badge severity-${level}`} title={`${severity[level]} ${severity_colour[level]}`}>
      <span aria-hidden="true">{SHAPES[level] ?? ''}</span>{' '}
      <span className={short ? 'spoken' : undefined}>{severity[level] ?? ''}</span>
    </span>
  )
}
