import type { ReactNode } from 'react'
import { useSpeech } from '../../app/language.tsx'
import { formatMinute } from '../../parts/format.ts'
import { valueName } from '../../words/values.ts'
import { plainText } from '../plain-text.ts'
import type { WholeAlert } from '../whole-alert.ts'
import { Bars, type Measured } from './bars.tsx'
import { Distance } from './distance.tsx'
import { Hours } from './hours.tsx'
import { isPlain, listOf, numberOf, type Plain, textOf, timeOf } from './reading.ts'
import { Rhythm } from './rhythm.tsx'
import { type Bar, type Mark, Strip } from './strip.tsx'
import { supplyPicture } from './supply.tsx'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Drawn = (evidence: Plain, alert: WholeAlert) => ReactNode

function place(row: Plain): string {
  return textOf(row.fixmedins_code) || textOf(row.mdtrt_id)
}

/** A stay as a bar; one whose end is not known goes on as far as anything is. */
function stayBar(row: Plain, until: number, tone: Bar['tone']): Bar | undefined {
  const from = timeOf(row.begntime)
  if (from === undefined) return undefined
  const end = timeOf(row.endtime)
  return { label: place(row), from, to: end ?? Math.max(until, from + DAY), tone, open: end === undefined }
}

function marksOf(rows: readonly Plain[]): Mark[] {
  return rows.flatMap((row) => {
    const at = timeOf(row.setl_time)
    return at === undefined ? [] : [{ label: place(row), at }]
  })
}

const isBar = (bar: Bar | undefined): bar is Bar => bar !== undefined

/** Two stays of one person at the same time. */
const overlappingStays: Drawn = ({ later, others }, { event_time }) => {
  if (!isPlain(later)) return null
  const rows = listOf(others)
  const known = [event_time, later.endtime, ...rows.map(({ endtime }) => endtime)]
  const until = Math.max(...known.map((time) => timeOf(time) ?? 0))
  const second = stayBar(later, until, 'strong')
  const firsts = rows.map((row) => stayBar(row, until, 'plain')).filter(isBar)
  if (!second || firsts.length === 0) return null
  const from = second.from
  const to = Math.min(second.to, Math.max(...firsts.map((bar) => bar.to)))
  return <OverlapStrip bars={[...firsts, second]} from={from} to={to} />
}

function OverlapStrip({ bars, from, to }: { bars: readonly Bar[]; from: number; to: number }) {
  const words = useSpeech().words.alert.pictures
  const text = words.overlap(Math.round((to - from) / HOUR))
  return <Strip summary={`${words.stay}: ${text}`} bars={bars} marks={[]} shade={{ from, to, text }} />
}

/** Two stays close after one another. */
const backAgain: Drawn = ({ earlier, later }) => {
  if (!isPlain(earlier) || !isPlain(later)) return null
  const [first, second] = [stayBar(earlier, 0, 'plain'), stayBar(later, 0, 'strong')]
  return first && second ? <ReturnStrip first={first} second={second} /> : null
}

function ReturnStrip({ first, second }: { first: Bar; second: Bar }) {
  const words = useSpeech().words.alert.pictures
  const lane = (bar: Bar, place: string) => ({ ...bar, label: bar.label || place })
  const text = words.gap(Math.max(0, Math.round((second.from - first.to) / DAY)))
  return (
    <Strip
      summary={`${words.stay}: ${text}`}
      bars={[lane(first, words.stay), lane(second, words.stay)]}
      marks={[]}
      shade={{ from: first.to, to: Math.max(second.from, first.to), text }}
    />
  )
}

/** Many stays of one person. */
const staysInARow: Drawn = ({ stays }, { event_time }) => {
  const bars = listOf(stays)
    .map((row) => stayBar(row, timeOf(event_time) ?? 0, 'strong'))
    .filter(isBar)
  return bars.length > 1 ? <StaysStrip bars={bars} /> : null
}

function StaysStrip({ bars }: { bars: readonly Bar[] }) {
  const words = useSpeech().words.alert.pictures
  return <Strip summary={words.stays(bars.length)} bars={bars} marks={[]} />
}

/** A stay, and what was settled elsewhere while it lasted. */
const settledDuringStay: Drawn = (evidence, { event_time, fixmedins_code }) => {
  const marks = marksOf(listOf(evidence.settlements))
  const bar = stayBar({ fixmedins_code, ...evidence }, timeOf(event_time) ?? 0, 'plain')
  return bar && marks.length > 0 ? <StayStrip bar={bar} marks={marks} /> : null
}

function StayStrip({ bar, marks }: { bar: Bar; marks: readonly Mark[] }) {
  const words = useSpeech().words.alert.pictures
  return (
    <Strip
      summary={`${words.stay} ▮ · ${words.outpatient} ◆ ${marks.length}`}
      bars={[bar]}
      marks={marks.map(({ label, at }) => ({ at, label: label === bar.label ? `${label} (${words.same_place})` : label }))}
    />
  )
}

/** What was settled after a death. */
const settledAfterDeath: Drawn = ({ death_date, settlements }) => {
  const at = timeOf(death_date)
  const marks = marksOf(listOf(settlements))
  return at !== undefined && marks.length > 0 ? <DeathStrip at={at} marks={marks} /> : null
}

function DeathStrip({ at, marks }: { at: number; marks: readonly Mark[] }) {
  const words = useSpeech().words.alert.pictures
  return (
    <Strip
      summary={`${words.deceased} ┃ · ${words.settled} ◆ ${marks.length}`}
      bars={[]}
      marks={marks}
      line={{ at, text: words.deceased }}
    />
  )
}

/** One package, sold again and again. */
const soldAgain: Drawn = ({ sales, uses, purchases }) => {
  const marks = marksOf(listOf(sales ?? uses ?? purchases))
  return marks.length > 1 ? <SalesStrip marks={marks} /> : null
}

function SalesStrip({ marks }: { marks: readonly Mark[] }) {
  const words = useSpeech().words.alert.pictures
  const places = new Set(marks.map(({ label }) => label)).size
  return <Strip summary={words.sales(marks.length, places)} bars={[]} marks={marks} />
}

/** Two places too far apart for the time between them. */
const tooFarApart: Drawn = (evidence, { params }) => {
  const { from, to, distance_km, minutes, speed_kmh } = evidence
  const km = numberOf(distance_km)
  const between = numberOf(minutes)
  if (!isPlain(from) || !isPlain(to) || km === undefined || between === undefined) return null
  return <Journey from={from} to={to} km={km} minutes={between} speed={numberOf(speed_kmh)} limit={numberOf(params.speed_kmh)} />
}

interface JourneyProps {
  readonly from: Plain
  readonly to: Plain
  readonly km: number
  readonly minutes: number
  readonly speed: number | undefined
  readonly limit: number | undefined
}

function Journey({ from, to, km, minutes, speed, limit }: JourneyProps) {
  const words = useSpeech().words.alert.pictures
  const stop = (row: Plain) => ({ name: place(row), time: formatMinute(textOf(row.setl_time)) })
  return (
    <Distance
      from={stop(from)}
      to={stop(to)}
      apart={words.apart(String(km), String(minutes))}
      speed={speed === undefined ? '' : words.speed(String(speed), String(limit ?? '–'))}
      note={words.sketch_note}
    />
  )
}

/** Swipes in a rhythm. */
const swipeRhythm: Drawn = ({ swipes, bursts }) => {
  const times = listOf(swipes).flatMap(({ setl_time }) => timeOf(setl_time) ?? [])
  if (times.length < 3) return null
  const [burst] = listOf(bursts)
  return <Swipes times={times} median={numberOf(burst?.median_gap_seconds)} />
}

function Swipes({ times, median }: { times: readonly number[]; median: number | undefined }) {
  const words = useSpeech().words.alert.pictures
  const minutes = Math.max(1, Math.round((Math.max(...times) - Math.min(...times)) / MINUTE))
  const rest = median === undefined ? '' : ` · ${words.median(String(median))}`
  return <Rhythm summary={words.swipes(times.length, String(minutes)) + rest} times={times} />
}

/** A doctor's day. */
const hoursOfDay: Drawn = ({ hours }) => {
  if (!Array.isArray(hours) || hours.length !== 24 || !hours.every((count) => numberOf(count) !== undefined)) return null
  return <DayHours hours={hours} />
}

function DayHours({ hours }: { hours: readonly number[] }) {
  return <Hours summary={useSpeech().words.alert.pictures.hours} hours={hours} />
}

const NAMES = ['med_list_name', 'name', 'generic', 'med_list_codg', 'code', 'kind', 'group', 'unit'] as const
/** A measured value, and the field in which it stood. */
type Found = Measured & { readonly field: string }
/** Pairs of fields, one measured, the other its limit. */
const AGAINST = [
  ['pric', 'cap'],
  ['charged', 'allowed'],
  ['cnt', 'max_cnt'],
  ['days', 'max_days'],
  ['supplied_days', 'allowed_days'],
  ['held_days', 'max_days'],
  ['total', 'max_cnt'],
  ['count', 'limit'],
  ['visits', 'limit'],
] as const

function measuredOf(row: Plain): Found | undefined {
  for (const [found, allowed] of AGAINST) {
    const measured = numberOf(row[found])
    const limit = numberOf(row[allowed])
    if (measured === undefined || limit === undefined || measured < 0 || limit < 0) continue
    return { label: NAMES.map((name) => textOf(row[name])).find(Boolean) ?? '', measured, limit, field: found }
  }
  return undefined
}

/** What was charged, counted or supplied, against what is allowed. */
const againstLimit: Drawn = (evidence, { detector_id }) => {
  const candidates = [...Object.values(evidence).filter(Array.isArray).map(listOf), [evidence]]
  for (const rows of candidates) {
    const measured = rows.map(measuredOf).filter((row): row is Found => row !== undefined)
    if (measured.some((row) => row.measured > row.limit)) return <LimitBars rows={measured} detector={detector_id} />
  }
  return null
}

function LimitBars({ rows: found, detector }: { rows: readonly Found[]; detector: string }) {
  const { words, language } = useSpeech()
  const { measured, limit } = words.alert.pictures
  const rows = found.map((row) => ({ ...row, label: valueName(row.label, language) || row.label }))
  const write = (value: number) => plainText(value, words, { field: found[0]!.field, detector })
  return (
    <Bars
      summary={rows.map((row) => `${row.label} ${write(row.measured)} / ${write(row.limit)}`).join('; ')}
      rows={rows}
      measuredWord={measured}
      limitWord={limit}
      write={write}
    />
  )
}

const PICTURES: readonly Drawn[] = [
  overlappingStays,
  backAgain,
  staysInARow,
  tooFarApart,
  settledAfterDeath,
  settledDuringStay,
  swipeRhythm,
  hoursOfDay,
  supplyPicture,
  soldAgain,
  againstLimit,
]

/** The picture that says more than the words, where the evidence holds one. */
export function pictureOf(alert: WholeAlert): ReactNode {
  for (const drawn of PICTURES) {
    const picture = drawn(alert.evidence, alert)
    if (picture) return picture
  }
  return null
}
