import type { Notice } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useSpeech, useWords } from '../app/language.tsx'
import { type Loaded, useLoad } from '../app/use-load.ts'
import { formatArticle, formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import { lawName } from '../words/laws.ts'
import { StatementForm } from './statement-form.tsx'

const VIOLATING = 1

/** One notice: what was found on the institution's own lines, why, how it stands, and the place to answer. */
export function NoticeScreen({ id }: { id: string }) {
  const { words, language } = useSpeech()
  const loaded = useLoad(`notice ${id}`, () => client.get<Notice>(`/notices/${id}`))
  return (
    <Screen title={loaded.data?.title[language] ?? words.portal.notice} className="page" testId="notice">
      <PanelState loaded={loaded}>{(notice) => <Whole notice={notice} loaded={loaded} />}</PanelState>
    </Screen>
  )
}

function Whole({ notice, loaded }: { notice: Notice; loaded: Loaded<Notice> }) {
  const { words, language } = useSpeech()
  const { portal, alert } = words
  return (
    <>
      <div className="alert-head">
        <span className="tag" data-testid="stage">
          {portal.stages[notice.stage]}
        </span>
        {notice.due && <strong>{portal.due_until(lastDay(notice.due))}</strong>}
        <span className="quiet">
          {portal.notified} {formatTime(notice.notified).slice(0, 16)} · <span className="code">{notice.fixmedins_code}</span>
        </span>
      </div>
      <dl className="figures">
        <div>
          <dt>{portal.amount}</dt>
          <dd>{formatYuan(notice.amount)}</dd>
        </div>
      </dl>
      <div className="columns">
        <div>
          <Section title={portal.facts} className="card">
            <p lang={language === 'zh' ? 'zh-CN' : 'en'}>{notice.explanation[language]}</p>
          </Section>
          <Section title={portal.basis} className="card">
            <ul className="law">
              {notice.basis.map(({ law, article }) => (
                <li key={`${law} ${article}`}>{alert.article(lawName(law, language), formatArticle(article, language))}</li>
              ))}
            </ul>
          </Section>
          <Lines notice={notice} />
          <Consequences notice={notice} />
        </div>
        <div>
          {notice.answer && <StatementForm notice={notice} answer={notice.answer} onDone={loaded.reload} />}
          <Files notice={notice} />
          <Steps notice={notice} />
        </div>
      </div>
    </>
  )
}

function Lines({ notice: { lines, setl_ids } }: { notice: Notice }) {
  const { portal, common } = useWords()
  return (
    <Section title={lines.length > 0 ? portal.lines : portal.settlements} className="card">
      {lines.length > 0 ? (
        <Table
          label={portal.lines}
          rows={lines}
          keyOf={({ setl_id, feedetl_sn }) => `${setl_id} ${feedetl_sn}`}
          columns={[
            { head: common.settlement, kind: 'code', cell: ({ setl_id }) => setl_id },
            { head: portal.line, cell: ({ feedetl_sn }) => feedetl_sn },
            {
              head: portal.role,
              cell: ({ vola_item_type }) => (vola_item_type === VIOLATING ? portal.violating : portal.involved),
            },
            { head: common.amount, kind: 'number', cell: ({ vola_amt }) => formatYuan(vola_amt) },
          ]}
        />
      ) : (
        <p className="code">{setl_ids.join(', ') || common.none}</p>
      )}
    </Section>
  )
}

/** Money that is held, and what was ordered. */
function Consequences({ notice: { holds, measures } }: { notice: Notice }) {
  const { portal, work, common } = useWords()
  return (
    <>
      {holds.length > 0 && (
        <Section title={portal.holds} className="card">
          <Table
            label={portal.holds}
            rows={holds}
            keyOf={({ setl_id }, index) => `${setl_id} ${index}`}
            columns={[
              { head: common.settlement, kind: 'code', cell: ({ setl_id }) => setl_id },
              { head: portal.month, cell: ({ month }) => month },
              { head: common.amount, kind: 'number', cell: ({ amt }) => formatYuan(amt) },
              { head: common.status, cell: ({ state }) => work.hold_states[state] },
            ]}
          />
        </Section>
      )}
      {measures.length > 0 && (
        <Section title={portal.measures} className="card">
          <ul>
            {measures.map(({ code, amount, months, due, executed }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: measures keep their order.
              <li key={index}>
                {work.measures[code]} {amount !== undefined && formatYuan(amount)} {months !== undefined && portal.months(months)}{' '}
                {due} <span className="quiet">{executed ? portal.executed(executed.slice(0, 10)) : portal.open}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function Files({ notice: { notice_id, attachments } }: { notice: Notice }) {
  const { portal } = useWords()
  if (attachments.length === 0) return null
  return (
    <Section title={portal.own_files} className="card">
      <ul>
        {attachments.map(({ attachment_id, name, sha256 }) => (
          <li key={attachment_id}>
            <a href={`/api/v1/notices/${notice_id}/attachments/${attachment_id}`} download={name}>
              {name}
            </a>{' '}
            <span className="code quiet">{sha256.slice(0, 16)}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Steps({ notice: { history, attachments } }: { notice: Notice }) {
  const { portal } = useWords()
  const names = new Map(attachments.map(({ attachment_id, name }) => [attachment_id, name]))
  return (
    <Section title={portal.history} className="card">
      <ol className="history" data-testid="notice-history">
        {history.map(({ n, at, action, note, statement, attachments: files }) => (
          <li key={n}>
            <time dateTime={at}>{formatTime(at)}</time>
            <span>
              <strong>{portal.actions[action] ?? action}</strong>
              {(note || statement) && <span className="note">{note || statement}</span>}
              {files.length > 0 && <span className="note quiet">{files.map((id) => names.get(id) ?? id).join(', ')}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}
