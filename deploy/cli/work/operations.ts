import { realpathSync } from 'node:fs'
import type { AccessDatabase } from '../../../dashboard/server/access/access-database.ts'
import type { Role } from '../../../dashboard/server/access/caller.ts'
import type { NewUser } from '../../../dashboard/server/ports.ts'
import { unexplained, verifyAudit } from '../../../dashboard/server/workflow/audit.ts'
import { importKnowledge } from '../../../pipeline/knowledge/import.ts'
import { rowsOn } from '../../../pipeline/knowledge/show.ts'
import { snapshotOf } from '../../../pipeline/report/snapshot.ts'
import { guardedIn, liftGuard } from '../../../pipeline/shard/guard.ts'
import type { Range } from '../../../pipeline/verify/coverage.ts'
import {
  type DeadLetterRow,
  listDeadLetters,
  retryAllDeadLetters,
  retryDeadLetters,
} from '../../../pipeline/verify/dead-letters.ts'
import { alertsInStore } from '../../../pipeline/verify/digest.ts'
import { ledgerOf } from '../../../pipeline/verify/ledger.ts'
import { type Verification, verify } from '../../../pipeline/verify/verify.ts'
import { dayOf, formatDay } from '../../../schemas/time.ts'
import { firstSignIn } from '../output.ts'
import type { Pipeline } from '../services/pipeline.ts'
import type { Workflow } from '../services/workflow.ts'
import { askBrokers } from './broker-bounds.ts'
import { type ReplayInput, replay } from './replay.ts'
import { screenEach } from './screen.ts'

/** Work that needs an open pipeline: in this process, or in the running one that owns the data directory. */
export interface Operation<I, O> {
  /** Looks at what is there, and makes no data directory where there is none: a mistyped one must not be found in order. */
  readonly looksOnly?: true
  /** Takes so long that other commands are answered meanwhile, as by a service; but not another one of its kind. */
  readonly takesLong?: true
  /** Sources whose unfinished range this operation goes on with. */
  resumes?(input: I): (source: string) => boolean
  /** @param standardInput of the process that asked, where that is another one */
  run(
    pipeline: Pipeline,
    input: I,
    onProgress: (events: number, share?: number) => void,
    standardInput?: AsyncIterable<Uint8Array>,
  ): Promise<O>
}

function operation<I, O>(of: Operation<I, O>): Operation<I, O> {
  return of
}

/** Who can open the data directory may do this; the record names the command. */
const BY_COMMAND = { by: 'command line', isOneTime: false } as const

export const OPERATIONS = {
  replay: operation({ takesLong: true, resumes: resumesFiles, run: replay }),
  screen: operation({
    run: async ({ engine }: Pipeline, { drafts }: { drafts: readonly unknown[] }) => screenEach(engine, drafts),
  }),
  verify: operation({
    looksOnly: true,
    run: async ({ store, memory, detectors, workflow, engine, config }: Pipeline, { range }: { range?: Range }) => {
      const { bounds, broker } = await askBrokers(config)
      const between = engine.between.bind(engine)
      return { ...(await withAudit(await verify(store, memory, detectors, { between, bounds, range }), workflow)), broker }
    },
  }),
  migrate: operation({
    // The store was brought up to date when it was opened; people's part is opened when somebody first asks.
    run: async ({ workflow }: Pipeline, _: object) => {
      if (workflow.exists()) await workflow.database()
    },
  }),
  ledger: operation({
    looksOnly: true,
    run: async ({ store }: Pipeline, _: object) => ledgerOf(await alertsInStore(store)),
  }),
  report: operation({
    looksOnly: true,
    run: ({ store, detectors }: Pipeline, asked: { day: string; scope: string }) =>
      snapshotOf(store, detectors, { ...asked, now: Date.now() }),
  }),
  'deadletters-list': operation({
    looksOnly: true,
    run: ({ store }: Pipeline, { limit }: { limit?: number }) => listDeadLetters(store, limit),
  }),
  guard: operation({ run: async ({ memory }: Pipeline, _: object) => guardedIn(memory) }),
  'guard-lift': operation({
    // What is told while a round is written would be taken for what the round has carried into the record.
    run: ({ memory, engine }: Pipeline, { detector_id }: { detector_id: string }) =>
      engine.between(async () => {
        const wasShut = await liftGuard(memory, detector_id)
        if (wasShut) await memory.commit(engine.journal.tell({ lifted: detector_id }))
        return wasShut
      }),
  }),
  'reference-import': operation({
    run: ({ engine }: Pipeline, { events }: { events: readonly Record<string, unknown>[] }) => importKnowledge(engine, events),
  }),
  'reference-show': operation({
    run: async ({ engine }: Pipeline, { table, day }: { table: string; day?: string }) =>
      rowsOn(engine.shard.reference, table, day ?? formatDay(dayOf(Date.now()))),
  }),
  'token-create': operation({
    run: async (pipeline: Pipeline, { role, scope }: { role: Role; scope: readonly string[] }) => {
      const access = await accessOf(pipeline.workflow)
      return access.createToken(role, scope)
    },
  }),
  'user-add': operation({
    run: async ({ workflow }: Pipeline, { user, password }: { user: NewUser; password: string }) => {
      const access = await accessOf(workflow)
      await access.addUser(user, password, BY_COMMAND)
    },
  }),
  'user-passwd': operation({
    run: async ({ workflow }: Pipeline, { username, password }: { username: string; password: string }) => {
      const access = await accessOf(workflow)
      await access.setPassword(username, password, BY_COMMAND)
    },
  }),
  'user-disable': operation({
    run: async ({ workflow }: Pipeline, { username }: { username: string }) => {
      const access = await accessOf(workflow)
      await access.disableUser(username, BY_COMMAND.by)
    },
  }),
  'deadletters-retry': operation({
    run: async ({ engine, store }: Pipeline, { letters }: { letters?: readonly DeadLetterRow[] }) =>
      letters ? retryDeadLetters(letters, engine, store) : retryAllDeadLetters(engine, store),
  }),
}

type Operations = typeof OPERATIONS
export type OperationName = keyof Operations
export type Input<N extends OperationName> = Operations[N] extends Operation<infer I, infer _> ? I : never
export type Output<N extends OperationName> = Operations[N] extends Operation<infer _, infer O> ? O : never

/** People may be asked for before the first start: the administrator who is made then must not stay without a password. */
async function accessOf(workflow: Workflow): Promise<AccessDatabase> {
  const { access, firstPassword } = await workflow.access()
  if (firstPassword) process.stderr.write(`${firstSignIn(firstPassword)}\n`)
  return access
}

/** Adds the chain of the record, where people have worked. */
async function withAudit(verification: Verification, workflow: Workflow): Promise<Verification> {
  if (!workflow.exists()) return verification
  const database = await workflow.database()
  const { entries, broken } = await verifyAudit(database)
  const chain = {
    name: 'entries of the audit chain that follow from those before',
    expected: broken === undefined ? String(entries) : 'all',
    found: broken === undefined ? String(entries) : `a break at ${broken}`,
    ok: broken === undefined,
  }
  const others = await unexplained(database)
  const standings = {
    name: 'alerts that stand otherwise than the record says',
    expected: '0',
    found: others.length === 0 ? '0' : others.join(' '),
    ok: others.length === 0,
  }
  const ok = verification.ok && chain.ok && standings.ok
  return { ...verification, ok, checks: [...verification.checks, chain, standings] }
}

function resumesFiles({ files, resume }: ReplayInput): (source: string) => boolean {
  const paths = resume ? files.map((file) => (file === '-' ? file : realpathSync(file))) : []
  return (source) => paths.includes(source)
}
