import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { SearchBox } from '../records/search-box.tsx'
import { ConnectionState } from './connection-state.tsx'
import { JobNotice } from './job-notice.tsx'
import { useKeys } from './keys.ts'
import { useSpeech } from './language.tsx'
import { isHandler, isReader } from './me.ts'
import { go, Link, usePlace } from './navigation.tsx'
import { NAVIGATION } from './routes.tsx'
import { useMe, useSession } from './session.tsx'

/** The frame of every page: where one may go, how the connection stands, and who one is. */
export function Shell({ children }: { children: ReactNode }) {
  const { words } = useSpeech()
  const { app } = words
  const me = useMe()
  const { path } = usePlace()
  const [open, setOpen] = useState(false)
  const [help, setHelp] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const items = NAVIGATION.filter(({ allows }) => allows(me))

  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu.
  useEffect(() => setOpen(false), [path])
  useKeys({
    ...Object.fromEntries(items.flatMap(({ to, keys }) => (keys ? [[keys, () => go(to)]] : []))),
    '/': () => search.current?.focus(),
    '?': () => setHelp(true),
  })

  return (
    <div className="shell">
      <a className="skip" href="#main">
        {app.skip}
      </a>
      <header className="top">
        <button
          type="button"
          className="icon burger"
          aria-label={app.menu}
          aria-expanded={open}
          data-testid="menu"
          onClick={() => setOpen(!open)}
        >
          ☰
        </button>
        <Link to="/" className="product">
          <span className="mark" aria-hidden="true" />
          {words.common.product}
        </Link>
        {isReader(me) && <SearchBox field={search} />}
        {isReader(me) && <ConnectionState />}
        <Person />
      </header>
      <nav className={open ? 'side open' : 'side'} aria-label={app.nav}>
        <ul>
          {items.map(({ to, word }) => (
            <li key={to}>
              <Link to={to} aria-current={path.startsWith(to) ? 'page' : undefined}>
                {app[word] as string}
              </Link>
            </li>
          ))}
          <li className="own">
            <Link to="/account" aria-current={path === '/account' ? 'page' : undefined}>
              {app.account} · {me.username}
            </Link>
          </li>
        </ul>
        <p className="quiet hint">{app.keys_hint}</p>
      </nav>
      <main id="main" tabIndex={-1}>
        {isHandler(me) && <JobNotice />}
        {children}
      </main>
      {help && (
        <Dialog title={app.keys_title} onClose={() => setHelp(false)}>
          <dl className="keys">
            {app.keys.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </div>
  )
}

function Person() {
  const { words, language, setLanguage } = useSpeech()
  const { username } = useMe()
  const { signOut } = useSession()
  return (
    <div className="me">
      <button
        type="button"
        className="link"
        data-testid="language"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {words.common.other_language}
      </button>
      <Link to="/account" className="username">
        {username}
      </Link>
      <button type="button" className="link" data-testid="sign-out" onClick={() => void signOut()}>
        {words.app.sign_out}
      </button>
    </div>
  )
}
