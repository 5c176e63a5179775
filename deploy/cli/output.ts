import { log, logsRows } from './log.ts'

/** Standard output is for answers, standard error for progress and errors. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The answer for machines: one object, one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value))
}

/** Rows as aligned columns. */
export function printTable(rows: readonly Readonly<Record<string, unknown>>[]): void {
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  const text = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))]
  const widths = names.map((_, column) => Math.max(...text.map((row) => row[column]!.length)))
  for (const row of text)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
}

/** Progress of long work: one line that rewrites itself on a terminal, a plain line every few seconds elsewhere. */
export class Progress {
  readonly #begun = performance.now()
  readonly #total: number | undefined
  readonly #unit: string
  #last = 0

  constructor(unit: string, total?: number) {
    this.#unit = unit
    this.#total = total
  }

  show(done: number, total = this.#total): void {
    this.showShare(done, total === undefined ? undefined : done / total)
  }

  /** @param share of the whole that is done, where that is known, from 0 to 1 */
  showShare(done: number, share?: number): void {
    const now = performance.now()
    const pause = process.stderr.isTTY ? 200 : 5_000
    if (now - this.#last < pause) return
    this.#last = now
    const seconds = (now - this.#begun) / 1_000
    const told = share ? `, ${(100 * share).toFixed(1)} %, ${Math.ceil((seconds * (1 - share)) / share)} s left` : ''
    this.#write(`${done} ${this.#unit}, ${Math.round(done / seconds)}/s${told}`)
  }

  end(): void {
    if (process.stderr.isTTY && this.#last > 0) process.stderr.write('\n')
  }

  #write(line: string): void {
    if (logsRows()) return log('info', line, { code: 'PROGRESS' })
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`)
  }
}

/** How the first administrator signs in; nobody is told a second time. */
export function firstSignIn(password: string): string {
  return `Sign in as admin with ${password} (shown once)`
}
