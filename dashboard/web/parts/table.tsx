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
}

/** Rows with a head; wide ones scroll inside themselves, also by keyboard. */
export function Table<T>({ label, columns, rows, keyOf, testId }: TableProps<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="table" aria-label={label} tabIndex={0} data-testid={testId}>
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
            <tr key={keyOf(row, index)}>
              {columns.map(({ head, kind, cell }) => (
                <td key={head} className={kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
