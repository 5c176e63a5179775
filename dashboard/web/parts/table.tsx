import type { ReactNode } from 'react'

export interface TableColumn<T> {
  readonly head: string
  readonly cell: (row: T) => ReactNode
  readonly kind?: 'number' | 'code' | 'text'
}

export interface TableProps<T> {
  readonly label: string
  readonly columns: readonly TableColumn<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T, index: number) => string
  readonly testId?: string
  /** Rows that stand out. */
  readonly marked?: (row: T) => boolean
  /** On a telephone each row is a card of its own, with the heads beside the values. */
  readonly cards?: boolean
}

/** Rows with a head; wide ones scroll inside themselves, also by keyboard. */
export function Table<T>({ label, columns, rows, keyOf, testId, marked, cards = false }: TableProps<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={cards ? 'table cards' : 'table'} aria-label={label} tabIndex={0} data-testid={testId}>
      <table>
        <thead>
          <tr>
            {columns.map(({ head, kind }) => (
              <th key={head} scope="col" className={kind}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} className={marked?.(row) ? 'marked' : undefined}>
              {columns.map(({ head, kind, cell }) => (
                <td key={head} className={kind} data-head={head}>
                  {cards ? <div className="cell">{cell(row)}</div> : cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
