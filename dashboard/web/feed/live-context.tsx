import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { client, Refused } from '../app/client.ts'
import { isReader } from '../app/me.ts'
import { useMe } from '../app/session.tsx'
import { Alarm } from './alarm.ts'
import { type FeedStats, LiveFeed } from './live-feed.ts'

declare global {
  interface Window {
    __fundwatch?: { stats(): FeedStats }
  }
}

const Shared = createContext<{ live: LiveFeed; alarm: Alarm } | undefined>(undefined)

/** One live list for all screens of someone who reads alerts. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const me = useMe()
  const reads = isReader(me)
  const shared = useMemo(() => {
    const alarm = new Alarm()
    const checkSignIn = () => void client.get('/me').catch((error) => error instanceof Refused)
    return { alarm, live: new LiveFeed(`${location.origin.replace(/^http/, 'ws')}/ws`, alarm, checkSignIn) }
  }, [])

  useEffect(() => {
    if (!reads) return
    const { live } = shared
    const wake = () => document.visibilityState === 'visible' && live.wake()
    // The list has asked for what its address says; on any other page the whole log is followed.
    live.begin()
    window.__fundwatch = { stats: () => live.stats }
    addEventListener('online', wake)
    document.addEventListener('visibilitychange', wake)
    return () => {
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
      live.close()
    }
  }, [shared, reads])

  return <Shared value={shared}>{children}</Shared>
}

export function useAlarm(): Alarm {
  return useShared().alarm
}

/** The live list; the caller is painted anew when it changes. */
export function useLive(): LiveFeed {
  const { live } = useShared()
  useSyncExternalStore(live.subscribe, () => live.version)
  return live
}

function useShared() {
  const shared = useContext(Shared)
  if (!shared) throw new Error('There is a live list inside LiveProvider only.')
  return shared
}
