import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { topicsFor } from '../pipeline/topics.ts'
import { COMMANDS } from './cli/commands/index.ts'
import { describeConfig, loadConfig } from './cli/settings/config.ts'

/** What is delivered as configuration is read as its readers read it: nobody here can start a container. */
const HERE = import.meta.dirname
const ROOT = dirname(HERE)

type Tree = Record<string, any>

function read(path: string): string {
  return readFileSync(join(HERE, path), 'utf8')
}

function filesIn(folder: string, ending: string): string[] {
  const found = readdirSync(join(HERE, folder), { recursive: true }) as string[]
  return found.filter((file) => file.endsWith(ending)).map((file) => join(folder, file))
}

const YAML = ['compose', 'kubernetes', 'kubernetes-workers', 'monitoring'].flatMap((folder) => filesIn(folder, '.yaml'))
const TEXTS = [
  ...YAML,
  ...filesIn('systemd', '.service'),
  ...filesIn('monitoring', '.json'),
  'docker/Dockerfile',
  'OPERATIONS.md',
]
const compose: Tree = parse(read('compose/compose.yaml'), { merge: true })
const objects = filesIn('kubernetes', '.yaml').flatMap((file) =>
  parseAllDocuments(read(file)).map((document): Tree => document.toJS()),
)
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind)
const workloads = [...ofKind('StatefulSet'), ...ofKind('Deployment')]
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** Every string anywhere below. */
function stringsIn(tree: unknown): string[] {
  if (typeof tree === 'string') return [tree]
  if (typeof tree !== 'object' || tree === null) return []
  return Object.values(tree).flatMap(stringsIn)
}

test.each(YAML)('%s is YAML without a fault', (file) => {
  for (const document of parseAllDocuments(read(file))) expect([...document.errors, ...document.warnings]).toEqual([])
})

describe('images', () => {
  const images = [
    ...Object.values<Tree>(compose.services).map(({ image }) => image as string),
    ...workloads.flatMap(({ spec }) => spec.template.spec.containers.map(({ image }: Tree) => image as string)),
    ...[...read('docker/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!),
  ]

  test.each([...new Set(images)])('%s is pinned', (image) => expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(?:\.\d+)*[\w.-]*$/))

  test('ours has the version of the package', () => {
    const ours = images.filter((image) => image.startsWith('fundwatch:'))
    expect(new Set(ours)).toEqual(new Set([`fundwatch:${version}`]))
  })
})

describe('what a file names', () => {
  test('exists, where compose mounts or builds it', () => {
    const services = Object.values<Tree>(compose.services)
    const mounted = services.flatMap(({ volumes = [] }) => (volumes as string[]).map((volume) => volume.split(':')[0]!))
    const built = services.flatMap(({ build }) => (build ? [join(build.context, build.dockerfile)] : []))
    const named = [...mounted.filter((path) => path.startsWith('.')), ...built]
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((path) => !existsSync(resolve(HERE, 'compose', path)))).toEqual([])
  })

  test('exists, where compose names volumes, secrets and services', () => {
    for (const { volumes = [], secrets = [], depends_on = {} } of Object.values<Tree>(compose.services)) {
      const named = (volumes as string[]).map((volume) => volume.split(':')[0]!).filter((path) => !path.startsWith('.'))
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named))
      const opened = (secrets as (string | Tree)[]).map((secret) => (typeof secret === 'string' ? secret : secret.source))
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(opened))
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)))
    }
  })

  test('exists, where kustomize lists it; and everything is listed', () => {
    const [{ resources }] = ofKind('Kustomization') as [Tree]
    const present = readdirSync(join(HERE, 'kubernetes')).filter((file) => file !== 'kustomization.yaml')
    expect([...resources].sort()).toEqual(present.sort())
  })

  test('exists, where pods take settings and secrets from', () => {
    const maps = ofKind('ConfigMap').map(({ metadata }) => metadata.name)
    for (const { spec } of workloads) {
      for (const { envFrom } of spec.template.spec.containers) {
        const [map, secret] = [envFrom[0].configMapRef.name, envFrom[1].secretRef.name]
        expect(maps).toContain(map)
        // Secrets are made by the operator, who is told how.
        expect(read('OPERATIONS.md')).toContain(`secret generic ${secret}`)
      }
    }
  })

  test('exists, where services, budgets and policies select pods', () => {
    const labels = workloads.map(({ spec }) => spec.template.metadata.labels['app.kubernetes.io/name'])
    const selecting = [...ofKind('Service'), ...ofKind('PodDisruptionBudget'), ...ofKind('NetworkPolicy')]
    const selected = selecting.map(({ spec }) => {
      const { matchLabels = undefined, ...plain } = spec.selector ?? spec.podSelector ?? {}
      return (matchLabels ?? plain)['app.kubernetes.io/name']
    })
    for (const name of selected.filter((name) => name !== undefined)) expect(labels).toContain(name)
    for (const { spec } of workloads) expect(ofKind('Service').map(({ metadata }) => metadata.name)).toContain(spec.serviceName)
  })

  test('is a command of ours, where one is started', () => {
    const services = Object.values<Tree>(compose.services).filter(({ image }) => image.startsWith('fundwatch:'))
    const started = [
      ...services.map(({ command }) => command[0]),
      ...workloads.flatMap(({ spec }) => spec.template.spec.containers.map(({ args }: Tree) => args[0])),
      ...filesIn('systemd', '.service').map((file) => /^ExecStart=\S+ (\w+)/m.exec(read(file))![1]),
      /^CMD \["(\w+)"\]$/m.exec(read('docker/Dockerfile'))![1],
      ...[...read('OPERATIONS.md').matchAll(/`fundwatch (\w+)/g)].map(([, command]) => command),
    ]
    expect(Object.keys(COMMANDS)).toEqual(expect.arrayContaining(started))
  })

  test('is a setting of ours, where one is set', () => {
    const known = describeConfig(loadConfig({}, {})).map(({ name }) => `FUNDWATCH_${name.toUpperCase()}`)
    const set = TEXTS.flatMap((file) => [...read(file).matchAll(/FUNDWATCH_[A-Z_]+/g)].map(([name]) => name))
    expect(set.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('pods', () => {
  test.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s have probes, limits, a budget, and no rights they do not need',
    (name, { spec }) => {
      const pod = spec.template.spec
      expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } })
      for (const container of pod.containers) {
        for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
          expect(['/healthz', '/readyz']).toContain(container[probe].httpGet.path)
          expect(container.ports.map(({ name }: Tree) => name)).toContain(container[probe].httpGet.port)
        }
        for (const kind of ['requests', 'limits']) expect(Object.keys(container.resources[kind])).toEqual(['cpu', 'memory'])
        expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
      }
      for (const kind of ['PodDisruptionBudget', 'NetworkPolicy', 'Service']) {
        expect(ofKind(kind).map(({ metadata }) => metadata.name)).toContain(name)
      }
    },
  )

  test('speak to nothing that is not named', () => {
    const closed = ofKind('NetworkPolicy').find(({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.egress)
    expect(closed!.spec.policyTypes).toEqual(['Ingress', 'Egress'])
  })
})

test('No file holds a secret', () => {
  const settings = Object.values<Tree>(compose.services).flatMap(({ environment = {} }) => Object.entries<string>(environment))
  const secret = settings.filter(([name]) => /PASSWORD|TOKEN|SECRET|POSTGRES_URL/.test(name))
  expect(secret.length).toBeGreaterThan(3)
  for (const [, value] of secret) expect(value).toMatch(/\$\{\w+:(?:\?|-\})/)
  for (const line of read('compose/.env.example').split('\n')) if (/^\w*(?:PASSWORD|TOKEN)/.test(line)) expect(line).toMatch(/=$/)
  expect(stringsIn(objects).filter((text) => /password|:\/\/\w+:\w+@/i.test(text))).toEqual([])
})

test('Whatever compose asks of .env is in its example', () => {
  const asked = new Set([...read('compose/compose.yaml').matchAll(/\$\{(\w+)[:}]/g)].map(([, name]) => name))
  // What begins with COMPOSE_ compose itself reads.
  const told = [...read('compose/.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name!)
  expect(told.filter((name) => !name.startsWith('COMPOSE_')).sort()).toEqual([...asked].sort())
})

describe('as many as are wanted', () => {
  const { services }: Tree = compose
  const example = Object.fromEntries(
    [...read('compose/.env.example').matchAll(/^(\w+)=(.*)/gm)].map(([, name, value]) => [name, value]),
  )
  const { resources, patches }: Tree = parse(read('kubernetes-workers/kustomization.yaml'))
  const stepsOf = (kind: string, name: string): Tree[] =>
    parse((patches as Tree[]).find(({ target }) => target.kind === kind && target.name === name)!.patch)

  test('compose starts one pipeline or so many workers, and so many dashboards', () => {
    for (const [name, service] of Object.entries<Tree>(services)) {
      expect([name, service.profiles]).toEqual([name, { pipeline: ['pipeline'], worker: ['workers'] }[name]])
    }
    expect(services.pipeline.profiles).toContain(example.COMPOSE_PROFILES)
    expect(services.worker.deploy.replicas).toBe(`\${WORKERS:-${example.WORKERS}}`)
    expect(services.dashboard.deploy.replicas).toBe(`\${DASHBOARDS:-${example.DASHBOARDS}}`)
    // Workers have nothing in common but the secret of the pseudonyms; dashboards wait for those who judge, whoever they are.
    expect(services.worker).not.toHaveProperty('volumes')
    expect(services.worker.secrets).toEqual([{ source: 'identity_key', target: '/data/identity.key' }])
    for (const judge of ['pipeline', 'worker']) expect(services.dashboard.depends_on[judge].required).toBe(false)
  })

  test('Prometheus asks all of them', () => {
    const names = (parse(read('monitoring/prometheus.yaml')).scrape_configs as Tree[]).flatMap(
      ({ dns_sd_configs }) => dns_sd_configs[0].names,
    )
    expect(names).toEqual(['pipeline', 'worker', 'dashboard'])
  })

  test('Kubernetes starts workers and dashboards instead, each asked by its own name', () => {
    expect(resources).toEqual(['../kubernetes'])
    for (const { target, patch } of patches as Tree[]) {
      const base = ofKind(target.kind).find(({ metadata }) => metadata.name === target.name)!
      for (const { op, path } of parse(patch) as Tree[]) {
        const steps = (path as string).split('/').slice(1)
        const last = steps.pop()!
        const parent = steps.reduce<Tree | undefined>((tree, step) => tree?.[step], base)
        expect([path, typeof parent]).toEqual([path, 'object'])
        if (op === 'replace') expect(Object.keys(parent!)).toContain(last)
      }
    }
    const count = stepsOf('StatefulSet', 'pipeline')[0]!.value as number
    const [{ value: urls }] = stepsOf('ConfigMap', 'fundwatch-settings') as [Tree]
    expect(urls.split(',')).toEqual(Array.from({ length: count }, (_, i) => `http://pipeline-${i}.pipeline:8080`))
    expect(stepsOf('Service', 'pipeline')).toEqual([{ op: 'add', path: '/spec/clusterIP', value: 'None' }])
  })

  test('operators are told how to make the keys and the token that they share', () => {
    expect(read('OPERATIONS.md')).toMatch(
      /secret generic fundwatch-keys[^`]*--from-file=identity\.key[^`]*--from-file=access\.key/,
    )
    expect(read('OPERATIONS.md')).toMatch(/secret generic fundwatch-secrets[^`]*FUNDWATCH_PIPELINE_TOKEN/)
    expect(read('OPERATIONS.md')).toContain('kubectl apply -k deploy/kubernetes-workers')
  })
})

describe('what is watched', () => {
  const sources = ['cli/services/metrics.ts', '../dashboard/server/server.ts', '../dashboard/server/http.ts'].map(read).join('\n')
  const ours = [...sources.matchAll(/name: '(fundwatch_\w+)'/g)].map(([, name]) => name!)
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const known = new Set(['up', ...ours, ...registry.getMetricsAsArray().map(({ name }) => name)])
  const rules: Tree[] = parse(read('monitoring/alerts.yaml')).groups.flatMap(({ rules }: Tree) => rules)
  const panels = filesIn('monitoring', '.json').flatMap((file) => JSON.parse(read(file)).panels as Tree[])
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }: Tree) => expr)),
  ]

  test.each([...new Set(expressions)])('is measured: %s', (expression) => {
    const bare = expression.replace(/\{[^}]*\}/g, '').replace(/\b(?:by|on|without) \([^)]*\)/g, '')
    const names = [...bare.matchAll(/\b[a-z]\w*\b(?!\s*\()/g)]
      .map(([name]) => name)
      .filter((name) => name.includes('_') || name === 'up')
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(known).toContain(known.has(name) ? name : name.replace(/_(?:bucket|count|sum)$/, ''))
  })

  test('has an alert with a sentence and a first step for each fear', () => {
    expect(rules.length).toBeGreaterThan(8)
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Fundwatch/)
      expect(['page', 'ticket']).toContain(labels.severity)
      expect(Object.keys(annotations)).toEqual(['summary', 'action'])
    }
  })

  test('every measure of ours is shown on a board', () => {
    const shown = panels.flatMap(({ targets }) => targets.map(({ expr }: Tree) => expr as string)).join('\n')
    expect(ours.filter((name) => !shown.includes(name))).toEqual([])
  })

  test('boards ask the source that is provided, and no two panels lie upon each other', () => {
    const [{ uid }] = parse(read('monitoring/grafana/datasources.yaml')).datasources
    for (const file of filesIn('monitoring', '.json')) {
      const board = JSON.parse(read(file))
      for (const { datasource } of board.panels) expect(datasource.uid).toBe(uid)
      const places = board.panels.map(({ gridPos }: Tree) => `${gridPos.x}/${gridPos.y}`)
      expect(new Set(places).size).toBe(places.length)
      expect(new Set(board.panels.map(({ id }: Tree) => id)).size).toBe(places.length)
    }
  })
})

test('The broker of compose takes the largest message that any topic may hold', () => {
  const limits = topicsFor('county').map(({ config }) => Number(config['max.message.bytes'] ?? 0))
  expect(compose.services.kafka.environment.KAFKA_MESSAGE_MAX_BYTES).toBeGreaterThanOrEqual(Math.max(...limits))
  expect(compose.services.topics.command.slice(0, 2)).toEqual(['topics', 'create'])
})

test.each(filesIn('systemd', '.service'))('%s starts what is delivered, restarts it, and shuts it in', (file) => {
  const unit = read(file)
  const program = /^ExecStart=\/opt\/fundwatch\/(\S+)/m.exec(unit)![1]!
  expect(existsSync(join(ROOT, program))).toBe(true)
  for (const line of ['Restart=always', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'WantedBy=multi-user.target']) {
    expect(unit.split('\n')).toContain(line)
  }
  expect(unit).toMatch(/^EnvironmentFile=\/etc\/fundwatch\//m)
})

test('Each fear that operators are told of has a test of that name', () => {
  const table = read('OPERATIONS.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts`'))
  expect(table.length).toBeGreaterThan(20)
  for (const line of table) {
    for (const [, name, quoted = ''] of line.matchAll(/`([\w./-]+\.ts)`(?:: ((?:_[^_]+_(?:, )?)+))?/g)) {
      const file = ['pipeline', 'deploy'].map((floor) => join(ROOT, floor, name!)).find((path) => existsSync(path))
      const code = file ? readFileSync(file, 'utf8') : ''
      const named = [...quoted.matchAll(/_([^_]+)_/g)].map(([, words]) => words!)
      expect([name, file !== undefined, named.filter((words) => !code.includes(words))]).toEqual([name, true, []])
    }
  }
})
