import { useSpeech } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'
import { Table, type TableColumn } from '../parts/table.tsx'
import { codeName } from '../words/codes.ts'
import { entityPath } from './entity-path.ts'
import { InstitutionLink } from './institution-names.tsx'

export interface SettlementRow {
  readonly setl_id: string
  readonly setl_time: string
  readonly psn_no: string
  readonly fixmedins_code: string
  readonly med_type: string
  readonly medfee_sumamt: number
  readonly fund_pay_sumamt: number
  readonly line_count: number
  readonly voided: boolean
}

function columnUnless(isSubject: boolean, column: TableColumn<SettlementRow>): TableColumn<SettlementRow>[] {
  return isSubject ? [] : [column]
}

/** Settlements as rows that lead on: to each of them, its person and its institution, unless they are the subject themselves. */
export function SettlementTable({ rows, of }: { rows: readonly SettlementRow[]; of: string }) {
  const { words, language } = useSpeech()
  const { records } = words
  return (
    <Table
      cards
      label={records.settlements}
      testId="settlements"
      rows={rows}
      keyOf={({ setl_id }) => setl_id}
      columns={[
        {
          head: records.fields.setl_id!,
          cell: ({ setl_id, voided }) => (
            <>
              <Link className="code" to={entityPath('settlement', setl_id)}>
                {setl_id}
              </Link>{' '}
              {voided && <span className="tag">{records.voided}</span>}
            </>
          ),
        },
        { head: records.fields.setl_time!, cell: ({ setl_time }) => formatTime(setl_time) },
        ...columnUnless(of === 'person', {
          head: records.fields.psn_no!,
          cell: ({ setl_id, psn_no }) => <Link to={entityPath('person', psn_no, { settlement: setl_id })}>{psn_no}</Link>,
        }),
        ...columnUnless(of === 'institution', {
          head: records.fields.fixmedins_code!,
          cell: ({ fixmedins_code }) => <InstitutionLink code={fixmedins_code} />,
        }),
        { head: records.fields.med_type!, cell: ({ med_type }) => codeName('med_type', med_type, language) || med_type },
        { head: records.lines, kind: 'number', cell: ({ line_count }) => line_count },
        { head: records.fields.medfee_sumamt!, kind: 'number', cell: ({ medfee_sumamt }) => formatYuan(medfee_sumamt) },
        { head: records.fields.fund_pay_sumamt!, kind: 'number', cell: ({ fund_pay_sumamt }) => formatYuan(fund_pay_sumamt) },
      ]}
    />
  )
}
