import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { parse as parseYaml } from 'yaml'
import { FundwatchError } from '../../../schemas/errors.ts'
import { parseInstant } from '../../../schemas/time.ts'
import { UsageError } from '../command.ts'

/** Every setting there is, with its default and its meaning. The environment name is `FUNDWATCH_` and the name in capitals. */
const SETTINGS = {
  data_dir: Type.String({ default: './data', description: 'where embedded storage, memory and keys live' }),
  host: Type.String({ default: '127.0.0.1', description: 'address that the dashboard binds to' }),
  port: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535, description: 'port of the dashboard' }),
  source: Type.String({ default: 'simulator', description: 'simulator, none, kafka, or a file' }),
  rate: Type.Number({
    default: 20,
    minimum: 0,
    description: 'events per second of the simulator; 0 is as fast as possible',
  }),
  kafka_brokers: Type.String({ default: '', description: 'host:port, comma-separated' }),
  kafka_group: Type.String({ default: 'fundwatch', description: 'consumer group' }),
  kafka_properties: Type.String({
    default: '',
    description: 'file with further properties of the client, name=value: security.protocol, sasl.*, ssl.*',
  }),
  worker_id: Type.String({
    default: '',
    description: 'under this name a worker that comes back soon gets its slices back; empty: others get them at once',
  }),
  checkpoint_minutes: Type.Number({
    default: 60,
    minimum: 0,
    description:
      'how often a worker copies the memory of each of its slices into the store; 0: never, and those that are there are still used',
  }),
  pipeline_url: Type.String({
    default: 'http://127.0.0.1:8080',
    description: 'where a dashboard of its own sends events and drafts; of workers the address of each, comma-separated',
  }),
  pipeline_token: Type.String({ default: '', description: 'token of role ingest for that', secret: true }),
  clickhouse_url: Type.String({ default: '', description: 'ClickHouse server; without it the embedded engine is used' }),
  clickhouse_database: Type.String({ default: 'fundwatch', description: 'database on that server' }),
  clickhouse_username: Type.String({ default: 'default', description: 'user on that server' }),
  clickhouse_password: Type.String({ default: '', description: 'its password', secret: true }),
  clickhouse_ca: Type.String({
    default: '',
    description: 'file with the authority of its certificate, where the system does not know it',
  }),
  postgres_url: Type.String({
    default: '',
    description: 'PostgreSQL server of the workflow; without it the embedded engine is used',
    secret: true,
  }),
  criminal_threshold: Type.Integer({
    default: 10_000,
    minimum: 0,
    description: 'yuan; from this amount on a case may be filed without an article of fraud',
  }),
  auto_refuse: Type.String({ default: '', description: 'ids whose definite findings skip the first review, comma-separated' }),
  log_level: Type.Union(
    ['debug', 'info', 'warn', 'error'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'debug, info, warn or error' },
  ),
  log_format: Type.Union(
    ['auto', 'json', 'text'].map((format) => Type.Literal(format)),
    { default: 'auto', description: 'how services log: a line of JSON each, or sentences; auto: sentences on a terminal only' },
  ),
  oidc_issuer: Type.String({ default: '', description: 'OpenID Connect issuer of the bureau’s own sign-in; empty: none' }),
  oidc_client_id: Type.String({ default: 'fundwatch', description: 'client id there' }),
  oidc_client_secret: Type.String({ default: '', description: 'client secret there', secret: true }),
  oidc_redirect_url: Type.String({ default: '', description: 'this server’s /api/v1/session/oidc/callback as people reach it' }),
  oidc_claim: Type.String({ default: 'preferred_username', description: 'claim that holds the user name' }),
  admin_password: Type.String({ default: '', description: 'password of the first administrator', secret: true }),
  detectors: Type.String({ default: '', description: 'ids to run, comma-separated; empty: all' }),
  shadow: Type.String({ default: '', description: 'ids that run silently, comma-separated' }),
  warm_up: Type.Union(
    ['muted', 'shadow', 'off'].map((kind) => Type.Literal(kind)),
    {
      default: 'muted',
      description: 'a new detector or version hears history first: what it finds there is muted, kept as shadow, or not sought',
    },
  ),
  guard_alerts: Type.Integer({
    default: -1,
    minimum: -1,
    description: 'alerts of one detector and day beyond which it runs silently; 0: no limit; -1: 5000 live, no limit in replays',
  }),
  guard_yuan: Type.Integer({
    default: -1,
    minimum: -1,
    description: 'the same for money; -1: 50000000 yuan live, no limit in replays',
  }),
  med_type_map: Type.String({ default: '', description: "file with the province's own map of med_type to its class" }),
  now: Type.String({ default: '', description: 'the arrival clock, for a replay of old data; empty: the clock of this machine' }),
  batch_lines: Type.Integer({ default: 4_000, minimum: 1, description: 'events judged and stored together at most' }),
  decode_workers: Type.Integer({ default: 1, minimum: 0, maximum: 64, description: 'threads that parse large batches' }),
  durability: Type.Union(
    ['process', 'power'].map((kind) => Type.Literal(kind)),
    { default: 'process', description: 'survive a killed process, or a power cut' },
  ),
} as const

type Name = keyof typeof SETTINGS
/** What the code below reads of a setting's schema. */
interface Setting {
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly { readonly const: string }[]
  readonly default: unknown
  readonly description: string
  readonly secret?: boolean
}
const settingOf = (name: Name) => SETTINGS[name] as unknown as Setting
export type Config = { readonly [N in Name]: Static<(typeof SETTINGS)[N]> }
export type ConfigSource = 'default' | 'file' | 'environment' | 'flag'

export interface LoadedConfig {
  readonly values: Config
  readonly sources: Readonly<Record<Name, ConfigSource>>
}

const FILES = ['fundwatch.config.json', 'fundwatch.config.yaml', 'fundwatch.config.yml']

/**
 * Reads the configuration: defaults, then a file, then the environment, then flags.
 * @throws FundwatchError CONFIG_UNREADABLE, CONFIG_UNKNOWN or CONFIG_INVALID, naming the setting and where it was set
 */
export function loadConfig(flags: Readonly<Record<string, unknown>>, environment: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const file = readFile(flags.config as string | undefined)
  const values: Record<string, unknown> = {}
  const sources: Record<string, ConfigSource> = {}
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const variable = environment[variableOf(name)]
    const layers: [ConfigSource, unknown][] = [
      ['flag', flags[name.replaceAll('_', '-')]],
      ['environment', variable === '' ? undefined : variable],
      ['file', file[name]],
      ['default', settingOf(name).default],
    ]
    const [source, value] = layers.find(([, given]) => given !== undefined)!
    sources[name] = source
    values[name] = checked(name, value, source)
  }
  return { values: values as Config, sources: sources as Record<Name, ConfigSource> }
}

/** Variables that look like settings and are none: a slip of the pen would otherwise go unnoticed. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = new Set(Object.keys(SETTINGS).map(variableOf))
  return Object.keys(environment).filter((variable) => variable.startsWith(PREFIX) && !known.has(variable))
}

const PREFIX = 'FUNDWATCH_'

function variableOf(name: string): string {
  return `${PREFIX}${name.toUpperCase()}`
}

function checked(name: Name, value: unknown, source: ConfigSource): unknown {
  const { type } = settingOf(name)
  const wantsNumber = type === 'integer' || type === 'number'
  const typed = wantsNumber && typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  const form = FORMS[name]
  if (!Compile(SETTINGS[name]).Check(typed) || (form && typed !== '' && !form.holds(String(typed)))) {
    const got = settingOf(name).secret ? 'what it is' : JSON.stringify(value)
    const told = `${name} (from ${source}) must be ${form?.wanted ?? wantedOf(name)}, not ${got}.`
    // What the caller has just typed is wrong usage; what lies in a file or the environment is not.
    throw source === 'flag' ? new UsageError(told, 'CONFIG_INVALID') : new FundwatchError('CONFIG_INVALID', told)
  }
  return typed
}

/** Texts of a certain form, where they are not empty. */
const FORMS: { readonly [N in Name]?: { readonly wanted: string; holds(text: string): boolean } } = {
  now: { wanted: 'a time such as 2026-03-02 09:00:00', holds: (text) => !Number.isNaN(parseInstant(text)) },
  clickhouse_url: { wanted: 'an address such as http://host:8123', holds: isHttp },
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** What a setting may be, in words. */
function wantedOf(name: Name): string {
  const { type, minimum = 0, maximum, anyOf } = settingOf(name)
  if (anyOf) return `one of ${anyOf.map((one) => one.const).join(', ')}`
  if (type === 'string') return 'text'
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  return maximum === undefined ? `${kind} from ${minimum}` : `${kind} from ${minimum} to ${maximum}`
}

function readFile(given: string | undefined): Record<string, unknown> {
  const path = given ?? FILES.find((name) => existsSync(name))
  if (!path) return {}
  let content: unknown
  try {
    content = parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new FundwatchError('CONFIG_UNREADABLE', `${resolve(path)}: ${(error as Error).message}`, { cause: error })
  }
  if (content === null) return {}
  if (typeof content !== 'object') throw new FundwatchError('CONFIG_INVALID', `${resolve(path)} must hold settings by name.`)
  const unknown = Object.keys(content).find((name) => !(name in SETTINGS))
  if (unknown) throw new FundwatchError('CONFIG_UNKNOWN', `${resolve(path)}: there is no setting ${unknown}.`)
  return content as Record<string, unknown>
}

/** The settings as rows for people: name, value (secrets hidden), where it comes from, what it means. */
export function describeConfig({
  values,
  sources,
}: LoadedConfig): { name: string; value: unknown; source: ConfigSource; meaning: string }[] {
  return (Object.keys(SETTINGS) as Name[]).map((name) => {
    const { secret, description } = settingOf(name)
    const value = secret && values[name] !== '' ? '***' : withoutPassword(values[name])
    return { name, value, source: sources[name], meaning: description }
  })
}

/** An address may hold a password. */
export function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value) || new URL(value).password === '') return value
  const address = new URL(value)
  address.password = '***'
  return address.href
}
