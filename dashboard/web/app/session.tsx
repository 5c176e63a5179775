import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { client, isPassing, onSignedOut } from './client.ts'
import type { Me } from './me.ts'

/** Set while a session may exist: its cookie cannot be seen from here, and asking without one is an error in every log. */
const SIGNED_IN_KEY = 'fundwatch.signed_in'
/** While somebody works on the page, the sign-in is kept from falling asleep. */
const RENEW_EVERY = 2 * 60_000
const ASK_AGAIN_AFTER = 3_000

interface Session {
  /** `undefined` while it is not known yet, `null` when nobody is signed in. */
  readonly me: Me | null | undefined
  /** Whether the sign-in ended by itself. */
  readonly ended: boolean
  readonly signedIn: (me: Me) => void
  readonly signOut: () => Promise<void>
}

const Current = createContext<Session | undefined>(undefined)

export function SessionProvider({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<Me | null | undefined>(() => (localStorage.getItem(SIGNED_IN_KEY) ? undefined : null))
  const [ended, setEnded] = useState(false)
  const elsewhere = useRef<BroadcastChannel | undefined>(undefined)

  const forget = useCallback((byItself: boolean) => {
    localStorage.removeItem(SIGNED_IN_KEY)
    setMe(null)
    setEnded(byItself)
  }, [])

  useEffect(() => {
    if (!localStorage.getItem(SIGNED_IN_KEY)) return
    let timer: ReturnType<typeof setTimeout> | undefined
    // A network that fails ends no sign-in: one is told so by the server alone.
    const ask = () =>
      client.get<Me>('/me').then(setMe, (error) => {
        if (isPassing(error)) timer = setTimeout(ask, ASK_AGAIN_AFTER)
        else forget(true)
      })
    void ask()
    return () => clearTimeout(timer)
  }, [forget])

  useEffect(() => onSignedOut(() => forget(true)), [forget])

  useEffect(() => {
    const channel = new BroadcastChannel('fundwatch.session')
    channel.onmessage = () => forget(true)
    elsewhere.current = channel
    return () => channel.close()
  }, [forget])

  useEffect(() => {
    if (!me) return
    let renewed = performance.now()
    const renew = () => {
      if (performance.now() - renewed < RENEW_EVERY) return
      renewed = performance.now()
      client.get('/me').catch(() => undefined)
    }
    addEventListener('pointerdown', renew)
    addEventListener('keydown', renew)
    return () => {
      removeEventListener('pointerdown', renew)
      removeEventListener('keydown', renew)
    }
  }, [me])

  const session = useMemo<Session>(
    () => ({
      me,
      ended,
      signedIn: (who) => {
        localStorage.setItem(SIGNED_IN_KEY, 'yes')
        setEnded(false)
        setMe(who)
      },
      signOut: async () => {
        await client.delete('/session').catch(() => undefined)
        elsewhere.current?.postMessage('signed out')
        forget(false)
      },
    }),
    [me, ended, forget],
  )
  return <Current value={session}>{children}</Current>
}

export function useSession(): Session {
  const session = useContext(Current)
  if (!session) throw new Error('There is a session inside SessionProvider only.')
  return session
}

/** Who is signed in, on the screens that need somebody. */
export function useMe(): Me {
  const { me } = useSession()
  if (!me) throw new Error('Nobody is signed in.')
  return me
}
