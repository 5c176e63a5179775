import type { NoticeRow } from '../../../schemas/workflow.ts'
import { useSpeech } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { MoreButton } from '../parts/more-button.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { usePages } from '../parts/use-pages.ts'

/** The notices of the own institution. */
export function NoticesScreen() {
  const { words, language } = useSpeech()
  const { portal } = words
  const pages = usePages<NoticeRow>('/notices')
  return (
    <Screen title={portal.title} className="page" testId="notices">
      <p className="quiet">{portal.lead}</p>
      <PanelState loaded={pages}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="quiet">{portal.none}</p>
          ) : (
            <ul className="hits" data-testid="notice-list">
              {rows.map(({ notice_id, title, stage, due, amount, notified }) => (
                <li key={notice_id}>
                  <Link to={`/notices/${notice_id}`}>
                    <strong>{title[language]}</strong> <span className="tag">{portal.stages[stage]}</span> {formatYuan(amount)}
                    <br />
                    <span className="quiet">
                      {portal.notified} {formatTime(notified).slice(0, 16)}
                    </span>
                    {due && <strong> {portal.due_until(lastDay(due))}</strong>}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </PanelState>
      <MoreButton loadMore={pages.loadMore} />
    </Screen>
  )
}
