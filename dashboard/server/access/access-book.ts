import { chmod, open, readFile, rename } from 'node:fs/promises'
import { FundwatchError } from '../../../schemas/errors.ts'
import type { Instant } from '../../../schemas/time.ts'
import type { Role } from './caller.ts'

export interface User {
  username: string
  password: string
  roles: Role[]
  scope: string[]
  disabled: boolean
}

export interface Token {
  id: string
  hash: string
  role: Role
  scope: string[]
  created: Instant
}

export interface Session {
  /** Names the session where its secret must not stand. */
  id: string
  hash: string
  username: string
  started: Instant
  seen: Instant
}

/** Everything the file holds; passwords and secrets as hashes only. */
export interface Book {
  version: 1
  users: User[]
  tokens: Token[]
  sessions: Session[]
}

const OWNER_ONLY = 0o600

/** @returns undefined where there is no file yet. @throws FundwatchError `ACCESS_FILE_INVALID` */
export async function readBook(path: string): Promise<Book | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  await chmod(path, OWNER_ONLY)
  try {
    const book = JSON.parse(text) as Book
    if (book.version === 1 && [book.users, book.tokens, book.sessions].every(Array.isArray)) return book
  } catch {
    // Falls through to the one sentence that helps.
  }
  throw new FundwatchError('ACCESS_FILE_INVALID', `${path} holds no users and tokens that can be read.`)
}

/** Writes one after another; each replaces the file as a whole, so that a crash leaves the old or the new one. */
export class BookWriter {
  readonly #path: string
  #last: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  write(book: Book): Promise<void> {
    const text = JSON.stringify(book, null, 2)
    const written = this.#last.then(() => this.#replace(text))
    this.#last = written.catch(() => undefined)
    return written
  }

  async #replace(text: string): Promise<void> {
    const draft = `${this.#path}.new`
    const file = await open(draft, 'w', OWNER_ONLY)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, this.#path)
  }
}
