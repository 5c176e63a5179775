import { useKeys } from '../app/keys.ts'
import { useWords } from '../app/language.tsx'
import { goBack } from '../app/navigation.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import { AlertTools } from './alert-tools.tsx'
import { AlertView } from './alert-view.tsx'
import { useAlert } from './use-alert.ts'

/** One alert on a page of its own. */
export function AlertScreen({ id }: { id: string }) {
  const { app } = useWords()
  const { titleOf } = useCatalogue()
  const loaded = useAlert(id)
  const leave = () => goBack('/live')
  useKeys({ Escape: leave })
  const title = loaded.data ? titleOf(loaded.data.detector_id, loaded.data.title) : app.live
  return (
    <Screen title={title} className="page" tools={loaded.data && <AlertTools alert={loaded.data} />}>
      <PanelState loaded={loaded}>{(data) => <AlertView key={id} alert={data} onChanged={loaded.reload} titled />}</PanelState>
    </Screen>
  )
}
