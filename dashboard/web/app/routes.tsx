import type { ReactNode } from 'react'
import { AlertScreen } from '../alert/alert-screen.tsx'
import { FeedScreen } from '../feed/feed-screen.tsx'
import { AccountScreen } from '../people/account-screen.tsx'
import { AuditScreen } from '../people/audit-screen.tsx'
import { UsersScreen } from '../people/users-screen.tsx'
import { NoticeScreen } from '../portal/notice-screen.tsx'
import { NoticesScreen } from '../portal/notices-screen.tsx'
import { EntityScreen } from '../records/entity-screen.tsx'
import { SearchScreen } from '../records/search-screen.tsx'
import { SettlementScreen } from '../records/settlement-screen.tsx'
import { ExceptionsScreen } from '../rules/exceptions-screen.tsx'
import { RuleScreen } from '../rules/rule-screen.tsx'
import { RulesScreen } from '../rules/rules-screen.tsx'
import type { Words } from '../words/words.ts'
import { CaseScreen } from '../work/case-screen.tsx'
import { CasesScreen } from '../work/cases-screen.tsx'
import { HoldsScreen } from '../work/holds-screen.tsx'
import { TasksScreen } from '../work/tasks-screen.tsx'
import { TodoScreen } from '../work/todo-screen.tsx'
import { hasRole, isHandler, isReader, type Me } from './me.ts'

interface Route {
  /** Its groups are handed to `show`. */
  readonly pattern: RegExp
  readonly show: (...parts: string[]) => ReactNode
  readonly allows: (me: Me) => boolean
}

const everyone = () => true
const isAuditor = (me: Me) => hasRole(me, 'audit_admin')
const isSecurity = (me: Me) => hasRole(me, 'sec_admin', 'sys_admin')
const isParty = (me: Me) => hasRole(me, 'institution')
const hasTasks = (me: Me) => isHandler(me) || hasRole(me, 'rule_admin')

/** Every page, by its address. Who may not see it is told so by the server; the page only spares them the way. */
export const ROUTES: readonly Route[] = [
  { pattern: /^\/live$/, show: () => <FeedScreen />, allows: isReader },
  { pattern: /^\/alerts\/([0-9a-f]{32})$/, show: (id) => <AlertScreen id={id!} />, allows: isReader },
  { pattern: /^\/search$/, show: () => <SearchScreen />, allows: isReader },
  { pattern: /^\/settlements\/([^/]+)$/, show: (id) => <SettlementScreen id={id!} />, allows: isReader },
  { pattern: /^\/entities\/([a-z]+)\/([^/]+)$/, show: (type, id) => <EntityScreen type={type!} id={id!} />, allows: isReader },
  { pattern: /^\/todo$/, show: () => <TodoScreen />, allows: isHandler },
  { pattern: /^\/cases$/, show: () => <CasesScreen />, allows: isHandler },
  { pattern: /^\/cases\/([^/]+)$/, show: (id) => <CaseScreen id={id!} />, allows: isHandler },
  { pattern: /^\/holds$/, show: () => <HoldsScreen />, allows: isHandler },
  { pattern: /^\/tasks$/, show: () => <TasksScreen />, allows: hasTasks },
  { pattern: /^\/rules$/, show: () => <RulesScreen />, allows: isReader },
  { pattern: /^\/rules\/([A-Z]{3}-\d{2})$/, show: (id) => <RuleScreen id={id!} />, allows: isReader },
  { pattern: /^\/exceptions$/, show: () => <ExceptionsScreen />, allows: isReader },
  { pattern: /^\/audit$/, show: () => <AuditScreen />, allows: isAuditor },
  { pattern: /^\/users$/, show: () => <UsersScreen />, allows: isSecurity },
  { pattern: /^\/notices$/, show: () => <NoticesScreen />, allows: isParty },
  { pattern: /^\/notices\/([0-9a-f]{32})$/, show: (id) => <NoticeScreen id={id!} />, allows: isParty },
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
  { to: '/todo', word: 'todo', keys: 'g t', allows: isHandler },
  { to: '/cases', word: 'cases', keys: 'g c', allows: isHandler },
  { to: '/holds', word: 'holds', allows: isHandler },
  { to: '/tasks', word: 'tasks', allows: hasTasks },
  { to: '/search', word: 'search', keys: 'g q', allows: isReader },
  { to: '/rules', word: 'rules', keys: 'g r', allows: isReader },
  { to: '/exceptions', word: 'exceptions', allows: isReader },
  { to: '/notices', word: 'notices', allows: isParty },
  { to: '/audit', word: 'audit', allows: isAuditor },
  { to: '/users', word: 'users', allows: isSecurity },
]

/** Where somebody begins. */
export function homeOf(me: Me): string {
  return NAVIGATION.find(({ allows }) => allows(me))?.to ?? '/account'
}
