import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { readBytes } from '../../pipeline/source/file.ts'
import { FundwatchError } from '../../schemas/errors.ts'

/** A row by its column names; an empty cell is `''`. */
export type Row = Readonly<Record<string, string>>

/**
 * The rows of one CSV table of a folder, `NAME.csv` or `NAME.csv.gz`, one by one.
 * @throws FundwatchError FILE_UNREADABLE, or CSV_INVALID with the line
 */
export async function* readTable(folder: string, name: string): AsyncGenerator<Row> {
  const path = [`${name}.csv`, `${name}.csv.gz`].map((file) => join(folder, file)).find(existsSync)
  if (!path) throw new FundwatchError('FILE_UNREADABLE', `${folder} has neither ${name}.csv nor ${name}.csv.gz.`)
  const parser = parse({ columns: true, bom: true })
  try {
    yield* Readable.from(readBytes(path), { objectMode: false }).compose(parser) as AsyncIterable<Row>
  } catch (error) {
    throw new FundwatchError('CSV_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
