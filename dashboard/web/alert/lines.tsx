import { useWords } from '../app/language.tsx'
import { formatYuan } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import { EntityLink } from './entity-link.tsx'
import type { WholeAlert } from './whole-alert.ts'

const LINES_SHOWN = 200
const SETTLEMENTS_SHOWN = 20
const VIOLATING = 1

/** The fee lines of the finding, and the settlements that have none in it. */
export function Lines({ alert: { lines, setl_ids, setl_count } }: { alert: WholeAlert }) {
  const { alert, common } = useWords()
  const shown = lines.slice(0, LINES_SHOWN)
  const named = new Set(shown.map(({ setl_id }) => setl_id))
  const others = setl_ids.filter((id) => !named.has(id))
  if (shown.length + others.length === 0) return null
  return (
    <Section title={alert.lines}>
      {shown.length > 0 && (
        <Table
          label={alert.lines}
          rows={shown}
          keyOf={({ setl_id, feedetl_sn }, index) => `${setl_id} ${feedetl_sn} ${index}`}
          columns={[
            { head: common.settlement, cell: ({ setl_id }) => <EntityLink type="settlement" id={setl_id} /> },
            { head: alert.line, cell: ({ feedetl_sn }) => feedetl_sn },
            {
              head: alert.role,
              cell: ({ vola_item_type }) => (vola_item_type === VIOLATING ? <strong>{alert.violating}</strong> : alert.involved),
            },
            { head: common.amount, kind: 'number', cell: ({ vola_amt }) => formatYuan(vola_amt) },
          ]}
        />
      )}
      {others.length > 0 && (
        <p className="settlements">
          {common.settlement}{' '}
          {others.slice(0, SETTLEMENTS_SHOWN).map((id) => (
            <span className="item" key={id}>
              <EntityLink type="settlement" id={id} />
            </span>
          ))}
          {setl_count > SETTLEMENTS_SHOWN && ` … ${alert.settlements_more(setl_count)}`}
        </p>
      )}
    </Section>
  )
}
