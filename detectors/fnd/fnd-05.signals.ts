import type { Day } from '../../schemas/time.ts'
import type { Context } from '../detector.ts'
import { isWorkday } from '../kit/plain/calendar.ts'
import { isAtMost } from '../kit/plain/robust.ts'
import { type Hospital, sumsOver } from './fnd-05.days.ts'
import type { Column, Params, Signal } from './fnd-05.terms.ts'

interface Comparison {
  readonly before: readonly Day[]
  readonly after: readonly Day[]
  /** Whose patients are looked at; empty: all. */
  readonly insutype: string
}

export function signalsIn(
  hospital: Hospital,
  { before, after, insutype }: Comparison,
  { params, reference }: Context<Params>,
): Signal[] {
  const [then, now] = [sumsOver(hospital, before, insutype), sumsOver(hospital, after, insutype)]
  const rounded = (value: number) => Math.round(value * 1000) / 1000
  const signals: Signal[] = []
  const say = (name: Signal['name'], was: number, is: number) => signals.push({ name, before: rounded(was), after: rounded(is) })

  // Holidays on working weekdays are like no other day.
  const isUsual = (day: Day) => isWorkday(day, reference) === (day + 3) % 7 < 5
  const [usualBefore, usualAfter] = [before.filter(isUsual), after.filter(isUsual)]
  const expected = usualAfter.reduce((sum, day) => {
    const alike = usualBefore.filter((other) => (day - other) % 7 === 0)
    return alike.length === 0 ? sum : sum + sumsOver(hospital, alike, insutype).admitted / alike.length
  }, 0)
  const admitted = sumsOver(hospital, usualAfter, insutype).admitted
  const isEnough = isAtMost(params.least_expected, expected)
  if (isEnough && isAtMost(admitted, (1 - params.admissions) * expected)) say('admissions', expected, admitted)

  const lighter = (cases: Column, sum: Column) => {
    if (then[cases] < params.least_expected || now[cases] < params.least_expected) return undefined
    const [was, is] = [then[sum] / then[cases], now[sum] / now[cases]]
    return was > 0 && isAtMost(is, (1 - params.severity) * was) ? ([was, is] as const) : undefined
  }
  const light = lighter('weighed', 'weight') ?? lighter('aged', 'old')
  if (light) say('severity', ...light)

  for (const name of ['sent_away', 'back_elsewhere'] as const) {
    if (now[name] < params.least_cases || then.discharged === 0) continue
    const [was, is] = [then[name] / then.discharged, now[name] / now.discharged]
    if (is >= params.factor * was) say(name, was, is)
  }
  const [was, is] = [then.complaints / before.length, now.complaints / after.length]
  if (now.complaints >= params.least_cases && is > was) say('complaints', was, is)
  return signals
}
