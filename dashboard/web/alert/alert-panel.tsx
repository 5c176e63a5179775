import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { AlertView } from './alert-view.tsx'
import { useAlert } from './use-alert.ts'

/** The reasons of one alert, beside the list. */
export function AlertPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { alert, common, feed } = useWords()
  const loaded = useAlert(id)
  return (
    <aside className="panel" aria-label={alert.why}>
      <div className="panel-head">
        <Link to={`/alerts/${id}`} className="link">
          {feed.open_page}
        </Link>
        <button type="button" className="icon" aria-label={common.close} title={`${common.close} (Esc)`} onClick={onClose}>
          ✕
        </button>
      </div>
      <PanelState loaded={loaded}>{(data) => <AlertView key={id} alert={data} onChanged={loaded.reload} />}</PanelState>
    </aside>
  )
}
