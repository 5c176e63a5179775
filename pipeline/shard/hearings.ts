import type { FindingChange, Heard, Told, Visit, Voidable } from '../../detectors/detector.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import type { Discharge } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { Alerts } from './alerts.ts'
import type { Beginnings } from './beginnings.ts'
import type { Cells } from './cells.ts'
import type { Exchange } from './exchange.ts'
import type { Holdings } from './holdings.ts'
import { Judgements } from './judgements.ts'
import type { Hearing, Moment, Moments, Original, World } from './moments.ts'
import type { Addressed, Parcel } from './parcel.ts'
import type { Parts, RunningPart } from './parts.ts'
import { NOTHING_HELD } from './record.ts'
import { type Saying, Sayings, type Turn } from './sayings.ts'
import { Steps } from './steps.ts'
import { type Due, Timers } from './timers.ts'
import type { Witness } from './witness.ts'

export interface HearingsOptions {
  readonly memory: StagedMemory
  readonly parts: Parts
  readonly cells: Cells
  readonly beginnings: Beginnings
  readonly exchange: Exchange | undefined
  readonly alerts: Alerts
  readonly holdings: Holdings
  readonly reference: ReferenceView
  /** Takes note of what may explain findings away. */
  readonly learn: (ground: Visit | Discharge) => void
  /** Looks on at every step; absent where nobody does. */
  readonly witness: Witness | undefined
}

/**
 * Lets parts hear what concerns them. Nearly all of them hear events only: each is called once for a range of events, with
 * its code and its memory at hand, for to call a hundred parts anew for every event costs several times what they do. What
 * they say is then heard event by event: it becomes alerts, and those parts that hear what others say are called in between,
 * as if every event had been taken up only after the one before it was done with.
 */
export class Hearings {
  readonly steps: Steps
  readonly judgements: Judgements
  readonly #parts: Parts
  readonly #cells: Cells
  readonly #beginnings: Beginnings
  readonly #timers: Timers
  readonly #exchange: Exchange | undefined
  readonly #alerts: Alerts
  readonly #holdings: Holdings
  readonly #learn: (ground: Visit | Discharge) => void
  readonly #sayings = new Sayings()
  /** When what is said now is said, while it is kept to be heard in its turn; else it is heard at once. */
  #turn: Turn | undefined
  /** What parts have told and findings have changed, still to be heard: the second pass of the event in hand. */
  #derived: (Told | FindingChange)[] = []

  constructor({ memory, parts, cells, beginnings, exchange, alerts, holdings, reference, learn, witness }: HearingsOptions) {
    this.judgements = new Judgements(parts)
    this.#parts = parts
    this.#cells = cells
    this.#beginnings = beginnings
    this.#timers = new Timers(memory, parts)
    this.#exchange = exchange
    this.#alerts = alerts
    this.#holdings = holdings
    this.#learn = learn
    const say = (saying: Saying) => (this.#turn ? this.#sayings.add(saying, this.#turn) : this.#heed(saying))
    const [timers, judgements] = [this.#timers, this.judgements]
    this.steps = new Steps({ cells, timers, judgements, beginnings, exchange, reference, say, witness })
  }

  /** A finding has changed: whoever listens shall hear it after the event in hand. */
  tell(change: FindingChange): void {
    this.#derived.push(change)
  }

  /** The time of the next verdict for which others may wait. */
  get nextAwaited(): Instant | undefined {
    return this.#timers.nextAwaited
  }

  /** All parts hear a range of events, and give the verdicts that become due with them. */
  judge(range: Moments): void {
    const moments = range.all
    for (const running of this.#parts.early) this.#hearRange(running, moments, range.heardBy(running))
    this.#turn = undefined
    this.#sayings.inOrder()
    for (const [number, moment] of moments.entries()) this.#live(number, moment)
    this.#sayings.clear()
    range.clear()
  }

  /**
   * Those of the parts to whom something is told that run here and do not know it yet. Both sides run the same detectors, or time
   * would have to stand still: a sender with others is waited for no longer. What others have heard in their stead is counted here.
   */
  wanting(names: readonly string[], { at, kind }: Addressed, parcel: Parcel): RunningPart[] {
    return names.flatMap((name) => {
      const running = this.#parts.byName.get(name) ?? this.#parts.ofAnyVersion(name)
      if (!running) return []
      const isKnown = this.#beginnings.knows(running, parcel)
      if (!isKnown && running.name === name) return running
      if (!isKnown) this.#beginnings.missed(running, at)
      if (kind === 'heard') this.judgements.count(running, isKnown ? undefined : 'HISTORY_SHORT')
      return []
    })
  }

  /** What another slice has heard for these parts here. */
  hearFor(parts: readonly RunningPart[], heard: Heard, at: Instant, admdvs: string, world: World): void {
    this.steps.world = world
    for (const running of parts) this.steps.hear(running, heard, at, admdvs, undefined)
    this.#hearDerived()
  }

  /** What another slice takes back of these parts here. */
  takeBackFor(parts: readonly RunningPart[], heard: Voidable, at: Instant, world: World, original: Original): void {
    this.steps.world = world
    for (const running of parts) this.steps.takeBack(running, heard, at, original)
    this.#hearDerived()
  }

  /** What was done otherwise has changed findings, perhaps: whoever listens hears it. */
  hearChanges(world: World): void {
    this.steps.world = world
    this.#hearDerived()
  }

  /** One part hears all that concerns it, and is woken in between at its appointed times. */
  #hearRange(running: RunningPart, moments: readonly Moment[], hearings: readonly Hearing[]): void {
    const { steps } = this
    let woken = 0
    for (const hearing of hearings) {
      const { heard, at, admdvs, skip, back, moment } = hearing
      woken = this.#wake(running, moments, woken, moment)
      steps.world = moments[moment]!
      this.#turn = hearing
      if (back) steps.takeBack(running, heard as Voidable, at, back)
      else steps.hear(running, heard, at, admdvs, skip)
    }
    this.#wake(running, moments, woken, moments.length - 1)
  }

  /** The verdicts of a part that are due at this moment, each at the first one at which it was; answers the last of those. */
  #wake(running: RunningPart, moments: readonly Moment[], from: number, until: number): number {
    let number = from
    for (;;) {
      const due = this.#timers.takeDueOf(running, moments[until]!.watermark)
      if (!due) return number
      while (moments[number]!.watermark < due.timer.at) number++
      this.#turn = { moment: number, due, place: -1 }
      this.#give(running, due, moments[number]!)
    }
  }

  /** An event in its turn: the verdicts that it let be given, then what was said of it. */
  #live(number: number, moment: Moment): void {
    this.#giveVerdicts(number, moment)
    if (moment.ground) this.#learn(moment.ground)
    this.steps.world = moment
    for (const { heard, at, admdvs, skip, back, place } of moment.hearings) {
      for (const running of this.#parts.lateListeners(heard.kind)) {
        this.#heedBefore(number, place, running.index)
        if (back) this.steps.takeBack(running, heard as Voidable, at, back)
        else this.steps.hear(running, heard, at, admdvs, skip)
      }
    }
    this.#heedBefore(number, moment.hearings.length, 0)
    this.#hearDerived()
  }

  /** In the order of time: those given already are heard, those of parts that hear others are given. */
  #giveVerdicts(number: number, moment: Moment): void {
    for (;;) {
      const said = this.#sayings.nextVerdict(number)
      const due = this.#timers.nextDue(moment.watermark)
      if (said && (!due || said.turn.due.key < due.key)) {
        this.#sayings.taken()
        this.steps.world = asOf(said.turn.due, moment)
        this.#heed(said.saying)
      } else if (due) {
        this.#timers.takeNext()
        const running = this.#parts.byName.get(due.timer.part)
        if (running) this.#give(running, due, moment)
      } else return
      this.#hearDerived()
    }
  }

  #give(running: RunningPart, due: Due, moment: Moment): void {
    this.steps.world = asOf(due, moment)
    this.steps.verdict(running, due.timer)
  }

  /** What was said of all before this place, and of this one by parts before this one. */
  #heedBefore(moment: number, place: number, part: number): void {
    for (;;) {
      const said = this.#sayings.nextBefore(moment, place, part)
      if (!said) return
      this.#sayings.taken()
      this.#heed(said.saying)
    }
  }

  /** What was said is heard: findings become alerts, the rest is for others. */
  #heed({ running, cause, slot, holds, touched, tells, retracts, elsewhere }: Saying): void {
    if (elsewhere) this.#exchange!.tell(running, elsewhere)
    if (retracts) this.#alerts.retract(retracts, cause)
    if (tells) this.#derived.push(...tells)
    if (touched) this.#holdings.touch(running, touched, cause)
    if (!holds) return
    if (slot) this.#cells.hold(slot, this.#holdings.compare(running, slot.cell?.held ?? NOTHING_HELD, holds, cause))
    else this.#holdings.hold(running, holds)
  }

  /** The second pass: what the event in hand has made parts tell, and what that makes others tell, until all is said. */
  #hearDerived(): void {
    while (this.#derived.length > 0) {
      const derived = this.#derived
      this.#derived = []
      for (const heard of derived) {
        const listening = heard.kind === 'told' ? this.#parts.hearing(heard.topic) : this.#parts.listeningTo(heard.kind)
        for (const running of listening) this.steps.hear(running, heard, heard.at, heard.admdvs, undefined)
      }
    }
  }
}

/** A verdict is given as at its own moment, however far time has leapt. */
function asOf({ timer }: Due, { historyFrom }: World): World {
  return { watermark: timer.at, historyFrom }
}
