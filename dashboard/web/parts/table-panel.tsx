import type { Loaded } from '../app/use-load.ts'
import { MoreButton } from './more-button.tsx'
import { PanelState } from './panel-state.tsx'
import { Table, type TableProps } from './table.tsx'

interface TablePanelProps<T> extends Omit<TableProps<T>, 'rows'> {
  readonly loaded: Loaded<{ readonly rows: readonly T[] }> & { readonly loadMore?: (() => Promise<void>) | undefined }
  /** What is said when there is nothing. */
  readonly empty: string
}

/** A list that was read: loading, failed, empty, or a table with more below it. */
export function TablePanel<T>({ loaded, empty, ...table }: TablePanelProps<T>) {
  return (
    <>
      <PanelState loaded={loaded}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="quiet">{empty}</p>
          ) : (
            <div className="card">
              <Table {...table} rows={rows} cards />
            </div>
          )
        }
      </PanelState>
      <MoreButton loadMore={loaded.loadMore} />
    </>
  )
}
