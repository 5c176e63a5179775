import { KINDS, type Kind, type Mutant } from './mutants.ts'

export interface Judged {
  readonly file: string
  readonly mutant: Mutant
  /** The test that fails with the mutant; `''`: it survives. */
  readonly noticedBy: string
}

/** File by file what no test notices. */
export function survivorsIn(judged: readonly Judged[]): string {
  const lines = filesOf(judged).flatMap((file) => {
    const own = judged.filter((one) => one.file === file)
    const survivors = own.filter(({ noticedBy }) => noticedBy === '')
    return [
      `${file}: ${own.length} mutants, ${survivors.length} survive`,
      ...survivors.map(({ mutant: { line, kind, from, to } }) => `  ${file}:${line} ${kind} ${from} -> ${to}`),
    ]
  })
  return lines.map((line) => `${line}\n`).join('')
}

export function inTotal(judged: readonly Judged[]): string {
  const survivors = judged.filter(({ noticedBy }) => noticedBy === '').length
  return [
    `${judged.length} mutants of ${filesOf(judged).length} files tried, ${judged.length - survivors} noticed, ${survivors} survive`,
    `noticed of each kind: ${KINDS.map((kind) => tally(judged, kind)).join(', ')}`,
    ...(['comparison', 'window'] as const).map((kind) => coverage(judged, kind)),
    '',
  ].join('\n')
}

function filesOf(judged: readonly Judged[]): string[] {
  return [...new Set(judged.map(({ file }) => file))]
}

function tally(judged: readonly Judged[], kind: Kind): string {
  const own = judged.filter(({ mutant }) => mutant.kind === kind)
  return `${kind} ${own.filter(({ noticedBy }) => noticedBy !== '').length}/${own.length}`
}

function coverage(judged: readonly Judged[], kind: Kind): string {
  const own = judged.filter(({ mutant }) => mutant.kind === kind)
  const noticed = filesOf(own.filter(({ noticedBy }) => noticedBy !== ''))
  const rest = filesOf(own).filter((file) => !noticed.includes(file))
  const where = rest.length > 0 ? `; not in ${rest.join(', ')}` : ''
  return `some ${kind} mutant is noticed in ${noticed.length} of the ${filesOf(own).length} files that have one${where}`
}
