import { PGlite } from '@electric-sql/pglite'

export interface Statement {
  readonly text: string
  readonly params: readonly unknown[]
}

/** Answers statements one after another. */
export interface Engine {
  run(statement: Statement): Promise<readonly unknown[]>
  close(): Promise<void>
}

const BIGINT = 20

/**
 * PGlite on this thread.
 * @param image files of a database to begin with; tests save themselves its making
 */
export function pgliteEngine(directory: string | undefined, image?: Blob): Engine {
  const opening = PGlite.create({ dataDir: directory, loadDataDir: image, parsers: { [BIGINT]: Number } })
  // Whoever asks first hears of the failure.
  opening.catch(() => undefined)
  return {
    async run({ text, params }) {
      const database = await opening
      if (params.length === 0) return (await database.exec(text)).at(-1)?.rows ?? []
      return (await database.query(text, [...params])).rows
    },
    close: async () => (await opening).close(),
  }
}
