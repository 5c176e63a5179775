import { fastifyCookie } from '@fastify/cookie'
import { fastifySwagger } from '@fastify/swagger'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Instant } from '../../schemas/time.ts'
import { guard } from './access/guard.ts'
import type { Oidc } from './access/oidc.ts'
import { clickhouseAlerts } from './alerts/clickhouse-alerts.ts'
import type { AlertReader } from './alerts/reader.ts'
import type { App } from './app.ts'
import type { Database } from './database/database.ts'
import { answerProperly, httpOptions } from './http.ts'
import { HUB_DEFAULTS, Hub, type HubOptions } from './live/hub.ts'
import { serveSocket } from './live/socket.ts'
import { loggable } from './loggable.ts'
import { OPENAPI } from './openapi.ts'
import type { Access, Feed, Health, Ingest, Records, Screen } from './ports.ts'
import { actionRoutes } from './routes/actions.ts'
import { alertGroupRoutes } from './routes/alert-groups.ts'
import { alertRoutes } from './routes/alerts.ts'
import { attachmentRoutes } from './routes/attachments.ts'
import { auditRoutes } from './routes/audit.ts'
import { caseRoutes } from './routes/cases.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/exports.ts'
import { institutionRoutes } from './routes/institutions.ts'
import { lookRoutes } from './routes/looks.ts'
import { noticeRoutes } from './routes/notices.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { operationRoutes } from './routes/operation.ts'
import { pageRoutes } from './routes/page.ts'
import { recordRoutes } from './routes/records.ts'
import { schemaRoutes } from './routes/schemas.ts'
import { screenRoutes } from './routes/screen.ts'
import { sessionRoutes } from './routes/session.ts'
import { userRoutes } from './routes/users.ts'
import { viewRoutes } from './routes/views.ts'
import { workflowListRoutes } from './routes/workflow-lists.ts'
import { Clock } from './workflow/clock.ts'
import { Desk } from './workflow/desk.ts'
import { Exceptions } from './workflow/exceptions.ts'
import { Follower } from './workflow/follower.ts'
import { Jobs } from './workflow/jobs.ts'
import { Neighbours } from './workflow/neighbours.ts'
import { Sanctions } from './workflow/sanctions.ts'
import { WORKFLOW_DEFAULTS, type WorkflowSettings } from './workflow/settings.ts'
import { Standings } from './workflow/standings.ts'

export interface DashboardPorts {
  readonly records: Records
  readonly feed: Feed
  readonly ingest: Ingest
  /** Where reference rows of the workflow are handed in, where that is another door than that of events. */
  readonly reference?: Ingest
  readonly screen: Screen
  readonly access: Access
  readonly database: Database
  readonly health: Health
  readonly metrics: Registry
  /** Alerts from elsewhere than `records`, and what is known of their standing. */
  readonly alerts?: AlertReader
  readonly standings?: Standings
  readonly settings?: Partial<WorkflowSettings>
  /** The bureau's own sign-in. */
  readonly oidc?: Oidc
  /** Other servers work on the same database. */
  readonly shared?: boolean
  readonly now?: () => Instant
}

export interface DashboardOptions extends Pick<FastifyServerOptions, 'logger' | 'loggerInstance' | 'trustProxy'> {
  /** Directories of the page, searched in order. */
  readonly webRoots: readonly string[]
  /** TLS ends at this server or before it: cookies travel by TLS only. */
  readonly secure?: boolean
  readonly hub?: Partial<HubOptions>
}

const API = '/api/v1'
const SILENCE_BEATS = 3
/** A busy machine hears late. */
const SILENCE_LEAST = 10_000

/** The dashboard, ready to `listen`. Closing it takes leave of every client. */
export async function createDashboard(ports: DashboardPorts, options: DashboardOptions): Promise<App> {
  const { webRoots, secure = false, hub: hubOptions, ...server } = options
  const { records, feed, ingest, screen, access, database, health, metrics, now = Date.now } = ports
  const standings = ports.standings ?? (await Standings.load(database))
  const alerts = ports.alerts ?? clickhouseAlerts(records, standings)
  const settings = { ...WORKFLOW_DEFAULTS, ...ports.settings }
  const jobs = new Jobs()
  const desk = new Desk({ database, records, alerts, feed, standings, settings, jobs, now })
  const reference = ports.reference ?? ingest
  const exceptions = new Exceptions(database, reference, now)
  const sanctions = new Sanctions(database, records, reference, now)
  const app = Fastify(httpOptions(server)) as unknown as App

  answerProperly(app, requestHistogram(metrics))
  await app.register(fastifyCookie)
  await app.register(fastifySwagger, { openapi: OPENAPI })
  guard(app, access)

  operationRoutes(app, { health, metrics })
  await app.register(
    async (api: App) => {
      sessionRoutes(api, { access, secure })
      oidcRoutes(api, { access, oidc: ports.oidc, secure })
      userRoutes(api, { access, now })
      alertGroupRoutes(api, { alerts })
      alertRoutes(api, { alerts, feed, desk })
      actionRoutes(api, { desk })
      lookRoutes(api, { desk })
      viewRoutes(api, { database })
      await api.register(attachmentRoutes, { desk })
      caseRoutes(api, { desk })
      await noticeRoutes(api, { desk })
      workflowListRoutes(api, { desk, exceptions })
      auditRoutes(api, { database })
      catalogueRoutes(api, { records })
      schemaRoutes(api)
      deadLetterRoutes(api, { records })
      institutionRoutes(api, { records })
      recordRoutes(api, { records, alerts, standings })
      exportRoutes(api, { alerts, records, desk })
      screenRoutes(api, { screen })
      await api.register(eventRoutes, { ingest })
      api.get('/openapi.json', { config: { access: 'everyone' }, schema: { hide: true } }, () => app.swagger())
    },
    { prefix: API },
  )
  await app.register(pageRoutes, { roots: webRoots })

  const onFailure = (error: unknown) => app.log.error(loggable(error), 'live feed failed')
  const resyncs = new Counter({
    name: 'fundwatch_ws_resyncs_total',
    help: 'Clients told to read anew',
    labelNames: ['reason'],
    registers: [metrics],
  })
  const times = { ...HUB_DEFAULTS, ...hubOptions }
  const onResync = (reason: string) => resyncs.inc({ reason })
  const hub = new Hub({ feed, standings, alerts, access, database, health, jobs, now, onResync, onFailure }, times)
  new Gauge({
    name: 'fundwatch_ws_clients',
    help: 'Open sockets',
    registers: [metrics],
    collect() {
      this.set(hub.size)
    },
  })
  const stop = serveSocket(app.server, {
    hub,
    access,
    silenceMaxMs: Math.max(SILENCE_LEAST, SILENCE_BEATS * times.heartbeatMs),
    onFailure,
  })
  const onTrouble = (error: unknown) => app.log.error(loggable(error), 'workflow failed')
  const follower = new Follower(desk, feed, onTrouble)
  const clock = new Clock(desk, [exceptions, sanctions], onTrouble)
  const neighbours = ports.shared ? new Neighbours(desk, onTrouble) : undefined
  app.addHook('preClose', async () => {
    stop()
    await Promise.all([follower.stop(), clock.stop(), neighbours?.stop()])
  })
  return app
}

function requestHistogram(metrics: Registry) {
  return new Histogram({
    name: 'fundwatch_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['route', 'method', 'status'] as const,
    registers: [metrics],
  })
}
