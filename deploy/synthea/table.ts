import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse'
import { readBytes, through } from '../../pipeline/source/file.ts'
import { FundwatchError } from '../../schemas/errors.ts'

/** A row by its column names; an empty cell is `''`. */
export type Row = Readonly<Record<string, string>>

/**
 * The rows of one CSV table of a folder, `NAME.csv` or `NAME.csv.gz`, one by one.
 * @throws FundwatchError FILE_UNREADABLE, FILE_DAMAGED, or CSV_INVALID with the line
 */
export async function* readTable(folder: string, name: string): AsyncGenerator<Row> {
  const path = [`${name}.csv`, `${name}.csv.gz`].map((file) => join(folder, file)).find(existsSync)
  if (!path) throw new FundwatchError('FILE_UNREADABLE', `${folder} has neither ${name}.csv nor ${name}.csv.gz.`)
  try {
    yield* through<Row>(readBytes(path), parse({ columns: true, bom: true }))
  } catch (error) {
    if (error instanceof FundwatchError) throw error
    throw new FundwatchError('CSV_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
