import type { BulkDone, BulkRegion } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { formatCount, formatYuan } from '../parts/format.ts'
import { Table, type TableColumn } from '../parts/table.tsx'

const NOTHING: Omit<BulkRegion, 'admdvs'> = { alerts: 0, vola_amt: 0 }
const fen = (yuan: number) => Math.round(yuan * 100)

/** How what would change spreads over the regions of treatment. */
export function spreadOf(changes: BulkDone['ok']): BulkRegion[] {
  const regions = new Map<string, BulkRegion>()
  for (const { admdvs, vola_amt } of changes) {
    const { alerts, vola_amt: sum } = regions.get(admdvs) ?? NOTHING
    regions.set(admdvs, { admdvs, alerts: alerts + 1, vola_amt: (fen(sum) + fen(vola_amt)) / 100 })
  }
  return [...regions.values()].sort((a, b) => b.vola_amt - a.vola_amt)
}

interface BulkRegionsProps {
  readonly now: readonly BulkRegion[]
  /** What it was when it was asked for; rows that differ stand out. */
  readonly asked?: readonly BulkRegion[]
}

/** Regions with their alerts and their money, and what of it has changed since. */
export function BulkRegions({ now, asked }: BulkRegionsProps) {
  const { work, common } = useWords()
  const codes = [...new Set([...now, ...(asked ?? [])].map(({ admdvs }) => admdvs))]
  const of = (regions: readonly BulkRegion[], code: string) => regions.find(({ admdvs }) => admdvs === code) ?? NOTHING
  const told = ({ alerts, vola_amt }: typeof NOTHING) => `${formatCount(alerts)} · ${formatYuan(vola_amt)}`
  const columns: TableColumn<string>[] = [{ head: work.region, kind: 'code', cell: (code) => code || common.none }]
  if (asked) columns.push({ head: work.bulk_asked, kind: 'number', cell: (code) => told(of(asked, code)) })
  columns.push({ head: asked ? work.bulk_now : work.bulk_ok, kind: 'number', cell: (code) => told(of(now, code)) })
  return (
    <Table
      cards
      label={work.region}
      testId="bulk-regions"
      rows={codes}
      keyOf={(code) => code}
      marked={(code) => asked !== undefined && told(of(asked, code)) !== told(of(now, code))}
      columns={columns}
    />
  )
}
