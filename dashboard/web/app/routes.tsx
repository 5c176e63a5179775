import type { ReactNode } from 'react'
import { AlertScreen } from '../alert/alert-screen.tsx'
import { FeedScreen } from '../feed/feed-screen.tsx'
import { AccountScreen } from '../people/account-screen.tsx'
import { EntityScreen } from '../records/entity-screen.tsx'
import { SearchScreen } from '../records/search-screen.tsx'
import { SettlementScreen } from '../records/settlement-screen.tsx'
import type { Words } from '../words/words.ts'
import { isReader, type Me } from './me.ts'

interface Route {
  /** Its groups are handed to `show`. */
  readonly pattern: RegExp
  readonly show: (...parts: string[]) => ReactNode
  readonly allows: (me: Me) => boolean
}

const everyone = () => true

/** Every page, by its address. Who may not see it is told so by the server; the page only spares them the way. */
export const ROUTES: readonly Route[] = [
  { pattern: /^\/live$/, show: () => <FeedScreen />, allows: isReader },
  { pattern: /^\/alerts\/([0-9a-f]{32})$/, show: (id) => <AlertScreen id={id!} />, allows: isReader },
  { pattern: /^\/search$/, show: () => <SearchScreen />, allows: isReader },
  { pattern: /^\/settlements\/([^/]+)$/, show: (id) => <SettlementScreen id={id!} />, allows: isReader },
  { pattern: /^\/entities\/([a-z]+)\/([^/]+)$/, show: (type, id) => <EntityScreen type={type!} id={id!} />, allows: isReader },
  { pattern: /^\/account$/, show: () => <AccountScreen />, allows: everyone },
]

interface NavItem {
  readonly to: string
  readonly word: keyof Words['app']
  readonly keys?: string
  readonly allows: (me: Me) => boolean
}

/** The main navigation, in its order. */
export const NAVIGATION: readonly NavItem[] = [
  { to: '/live', word: 'live', keys: 'g l', allows: isReader },
  { to: '/search', word: 'search', keys: 'g q', allows: isReader },
]

/** Where somebody begins. */
export function homeOf(me: Me): string {
  return NAVIGATION.find(({ allows }) => allows(me))?.to ?? '/account'
}
