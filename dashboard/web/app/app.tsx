import { Component, type ReactNode, useEffect } from 'react'
import { LiveProvider } from '../feed/live-context.tsx'
import { Screen } from '../parts/screen.tsx'
import { FirstPassword } from '../people/first-password.tsx'
import { SignIn } from '../people/sign-in.tsx'
import { InstitutionNames } from '../records/institution-names.tsx'
import { CatalogueProvider } from '../rules/use-catalogue.tsx'
import { LanguageProvider, useWords } from './language.tsx'
import { isReader } from './me.ts'
import { go, Link, usePlace } from './navigation.tsx'
import { homeOf, ROUTES } from './routes.tsx'
import { SessionProvider, useMe, useSession } from './session.tsx'
import { Shell } from './shell.tsx'

export function App() {
  return (
    <LanguageProvider>
      <SessionProvider>
        <Door />
      </SessionProvider>
    </LanguageProvider>
  )
}

/** The page for who is signed in, the form for who is not. */
function Door() {
  const { me } = useSession()
  const { common } = useWords()
  useEffect(() => {
    if (!me) document.title = common.product
  }, [me, common.product])
  if (me === undefined) return <p className="quiet loading start">{common.loading}</p>
  if (me === null) return <SignIn />
  if (me.password_change) return <FirstPassword />
  return (
    <CatalogueProvider reads={isReader(me)}>
      <InstitutionNames reads={isReader(me)}>
        <LiveProvider>
          <Shell>
            <Page />
          </Shell>
        </LiveProvider>
      </InstitutionNames>
    </CatalogueProvider>
  )
}

function Page() {
  const { path } = usePlace()
  const me = useMe()
  const { app } = useWords()
  const home = homeOf(me)
  const atDoor = path === '/'
  useEffect(() => {
    if (atDoor) go(`${home}${location.search}`, { replace: true })
  }, [atDoor, home])
  if (atDoor) return null
  for (const { pattern, show, allows } of ROUTES) {
    const match = pattern.exec(path)
    if (match && allows(me)) return <Guard key={path}>{show(...match.slice(1).map(decodeURIComponent))}</Guard>
  }
  return (
    <Screen title={app.not_found}>
      <p className="quiet">{path}</p>
      <p>
        <Link to={home}>{app.go_home}</Link>
      </p>
    </Screen>
  )
}

/** A page that fails says so, and the frame around it goes on. */
class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children
  }
}

function Broken() {
  const { common } = useWords()
  return (
    <div className="screen">
      <p role="alert">{common.failed('PAGE')}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {common.retry}
      </button>
    </div>
  )
}
