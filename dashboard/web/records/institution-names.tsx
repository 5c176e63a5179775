import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { client, queryOf } from '../app/client.ts'
import { Link } from '../app/navigation.tsx'
import { entityPath } from './entity-path.ts'

/** Codes that are wanted at the same time are asked for together. */
const ASK_AFTER = 30
const ASKED_AT_ONCE = 100

interface Named {
  readonly fixmedins_code: string
  readonly name: string
}

/** What institutions are called; each is asked for once. One that the register or the region does not hold stays a code. */
class NameBook {
  readonly #names = new Map<string, string>()
  readonly #listeners = new Set<() => void>()
  #wanted = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  nameOf(code: string): string {
    return this.#names.get(code) ?? ''
  }

  want(code: string): void {
    if (!code || this.#names.has(code)) return
    this.#names.set(code, '')
    this.#wanted.add(code)
    this.#timer ??= setTimeout(() => void this.#ask(), ASK_AFTER)
  }

  async #ask(): Promise<void> {
    this.#timer = undefined
    const codes = [...this.#wanted]
    this.#wanted = new Set()
    for (let first = 0; first < codes.length; first += ASKED_AT_ONCE) {
      const code = codes.slice(first, first + ASKED_AT_ONCE)
      try {
        const { rows } = await client.get<{ rows: Named[] }>(`/institutions${queryOf({ code })}`)
        for (const { fixmedins_code, name } of rows) this.#names.set(fixmedins_code, name)
      } catch {
        // Without an answer the codes stand alone, until something asks for them anew.
        for (const one of code) this.#names.delete(one)
      }
    }
    for (const listener of this.#listeners) listener()
  }
}

const Book = createContext<NameBook | undefined>(undefined)

/** The names that are known, for everything within. Who reads no alerts asks for none. */
export function InstitutionNames({ reads, children }: { reads: boolean; children: ReactNode }) {
  const book = useMemo(() => (reads ? new NameBook() : undefined), [reads])
  return <Book value={book}>{children}</Book>
}

const nobody = () => () => undefined

/** What an institution is called; empty until it is known, and where it is not. */
function useInstitutionName(code: string): string {
  const book = useContext(Book)
  useEffect(() => book?.want(code), [book, code])
  return useSyncExternalStore(book?.subscribe ?? nobody, () => book?.nameOf(code) ?? '')
}

/** An institution by its name, its code beside it. */
export function InstitutionLink({ code }: { code: string }) {
  const name = useInstitutionName(code)
  return (
    <Link className="institution" to={entityPath('institution', code)}>
      {name && <span>{name}</span>} <span className="code">{code}</span>
    </Link>
  )
}

/** The same as plain text, where the whole line leads elsewhere; the code stands alone until the name is known. */
export function InstitutionName({ code, coded = false }: { code: string; coded?: boolean }) {
  const name = useInstitutionName(code)
  if (!name) return <span className="code">{code}</span>
  return (
    <span className="institution" title={code}>
      <span>{name}</span> {coded && <span className="code">{code}</span>}
    </span>
  )
}
