import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'

/** What Prometheus itself says of our rules: whether it can read them, and when they wake somebody. */
const HERE = import.meta.dirname
const BOARDS = join(HERE, 'grafana/boards')

let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fundwatch-promtool-'))
  copyFileSync(join(HERE, 'alerts.yaml'), join(scratch, 'alerts.yaml'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** @throws Error with what promtool has printed, where it is not content */
function promtool(...words: string[]): string {
  return execFileSync('promtool', words, { cwd: scratch, encoding: 'utf8', stdio: 'pipe' })
}

function written(name: string, content: object): string {
  writeFileSync(join(scratch, name), stringify(content))
  return name
}

test('Prometheus reads its configuration and every rule', () => {
  expect(promtool('check', 'config', '--syntax-only', join(HERE, 'prometheus.yaml'))).toContain('SUCCESS')
  expect(promtool('check', 'rules', 'alerts.yaml')).toContain('SUCCESS')
})

test.each(readdirSync(BOARDS))('Prometheus understands what the board %s asks', (file) => {
  const { panels } = JSON.parse(readFileSync(join(BOARDS, file), 'utf8')) as { panels: { targets: { expr: string }[] }[] }
  const rules = panels.flatMap(({ targets }) => targets).map(({ expr }, n) => ({ record: `board:panel_${n}:asked`, expr }))
  expect(rules.length).toBeGreaterThan(0)
  expect(promtool('check', 'rules', written('board.yaml', { groups: [{ name: 'board', rules }] }))).toContain('SUCCESS')
})

/** A measure in steps of a minute, in Prometheus' own notation: `0+1000x90` begins at 0 and grows by 1,000 ninety times. */
type Series = Readonly<Record<string, string>>

/** Whether the alert is raised at that minute, if these are the measures. */
function isRaised(alert: string, minute: number, series: Series): boolean {
  const asked = (exp_alerts: object[]) =>
    written('fear.yaml', {
      rule_files: ['alerts.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          alert_rule_test: [{ eval_time: `${minute}m`, alertname: alert, exp_alerts }],
        },
      ],
    })
  try {
    promtool('test', 'rules', asked([]))
    return false
  } catch (error) {
    const { stderr } = error as { stderr: string }
    if (!stderr.includes(`alertname="${alert}"`)) throw error
    return true
  }
}

test.each<[fear: string, alert: string, minute: number, series: Series, raised: boolean]>([
  ['a lag that grows', 'FundwatchLag', 80, { 'fundwatch_kafka_lag_messages{instance="a"}': '0+2000x90' }, true],
  ['a lag that shrinks', 'FundwatchLag', 80, { 'fundwatch_kafka_lag_messages{instance="a"}': '900000-2000x90' }, false],
  ['a pipeline that is away', 'FundwatchPipelineDown', 5, { 'up{job="fundwatch-dashboard"}': '1x10' }, true],
  ['a pipeline that answers', 'FundwatchPipelineDown', 5, { 'up{job="fundwatch-pipeline"}': '1x10' }, false],
  ['a platform that is silent', 'FundwatchNothingArrives', 60, { 'fundwatch_events_total{outcome="accepted"}': '500x90' }, true],
  ['a platform that sends', 'FundwatchNothingArrives', 60, { 'fundwatch_events_total{outcome="accepted"}': '0+60x90' }, false],
  [
    'one event in fifty refused',
    'FundwatchDeadLetters',
    60,
    {
      'fundwatch_events_total{outcome="accepted"}': '0+49x90',
      'fundwatch_events_total{outcome="FIELD_MISSING"}': '0+1x90',
    },
    true,
  ],
  [
    'one event in five hundred refused, and many known already',
    'FundwatchDeadLetters',
    60,
    {
      'fundwatch_events_total{outcome="accepted"}': '0+499x90',
      'fundwatch_events_total{outcome="duplicate"}': '0+200x90',
      'fundwatch_events_total{outcome="FIELD_MISSING"}': '0+1x90',
    },
    false,
  ],
  ['a copy of memory that gets old', 'FundwatchCheckpointOld', 300, { 'fundwatch_checkpoint_seconds{slice="3"}': '0x400' }, true],
  ['copies of memory each hour', 'FundwatchCheckpointOld', 300, { 'fundwatch_checkpoint_seconds{slice="3"}': '0+60x400' }, false],
  [
    'a detector that went silent',
    'FundwatchDetectorGuarded',
    30,
    { 'fundwatch_guarded_total{detector="MGT-01"}': '0x20 1x30' },
    true,
  ],
])('%s: %s at minute %i', (_, alert, minute, series, raised) => {
  expect(isRaised(alert, minute, series)).toBe(raised)
})
