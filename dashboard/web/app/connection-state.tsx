import { useLive } from '../feed/live-context.tsx'
import { formatClock } from '../parts/format.ts'
import { useWords } from './language.tsx'

const LAG_SHOWN_FROM = 2

/** Live, catching up, or cut off since when: always in sight, in words. */
export function ConnectionState() {
  const { app } = useWords()
  const { connection } = useLive()
  return (
    <p className="connection" role="status" data-testid="conn" data-state={connection.state}>
      {textOf()}
    </p>
  )

  function textOf(): string {
    if (connection.state === 'connecting') return app.connecting
    if (connection.state === 'catching_up') return app.catching_up
    if (connection.state === 'cut_off') return app.cut_off(formatClock(connection.since))
    const lag = Math.round(connection.lagMs / 1000)
    const state = connection.overloaded ? app.overloaded : app.connected
    return lag > LAG_SHOWN_FROM ? `${state} · ${app.lag(lag)}` : state
  }
}
