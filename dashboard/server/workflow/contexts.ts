import { randomUUID } from 'node:crypto'
import type { Alert } from '../../../schemas/alert.ts'
import { fenOf } from '../../../schemas/money.ts'
import { type Instant, parseDay } from '../../../schemas/time.ts'
import type { Records } from '../ports.ts'
import { afterWorkdays, type WorkdayCalendar } from './calendar.ts'
import type { Context } from './machine/situation.ts'
import type { WorkflowSettings } from './settings.ts'
import { readCalendar } from './settlements.ts'
import { personOf } from './work.ts'

const CALENDAR_FOR = 60_000

/** The world as the machine sees it. */
export class Contexts {
  readonly #records: Records
  readonly #settings: WorkflowSettings
  #calendar: { readonly days: Promise<WorkdayCalendar>; readonly until: Instant } | undefined

  constructor(records: Records, settings: WorkflowSettings) {
    this.#records = records
    this.#settings = settings
  }

  async of(alert: Alert, now: Instant): Promise<Context> {
    const { autoRefuse, criminalThreshold } = this.#settings
    const calendar = await this.#workdays(now)
    return {
      now,
      afterWorkdays: (n) => afterWorkdays(now, n, calendar),
      alert: {
        fixmedins_code: alert.fixmedins_code,
        result_type: alert.result_type,
        vola_amt: fenOf(alert.vola_amt),
        basis: alert.basis,
        has_evidence: alert.lines.length > 0 || Object.keys(alert.evidence).length > 0,
        has_person: personOf(alert) !== '',
      },
      auto_refuse: autoRefuse.includes(alert.detector_id),
      criminal_threshold: criminalThreshold,
      new_id: randomUUID,
    }
  }

  /** The calendar changes a few times a year: it is read once a minute at most. */
  #workdays(now: Instant): Promise<WorkdayCalendar> {
    if (!this.#calendar || this.#calendar.until <= now) {
      const days = readCalendar(this.#records).then((rows) => new Map(rows.map(({ day, workday }) => [parseDay(day), workday])))
      this.#calendar = { days, until: now + CALENDAR_FOR }
      days.catch(() => {
        this.#calendar = undefined
      })
    }
    return this.#calendar.days
  }
}
