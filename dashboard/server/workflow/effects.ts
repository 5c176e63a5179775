import { randomUUID } from 'node:crypto'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { Task } from '../../../schemas/workflow.ts'
import type { Sql } from '../database/database.ts'
import { ended, type HoldRow, isActive, saveHolds } from './holds.ts'
import type { Effect } from './machine/decision.ts'
import type { Measure } from './machine/situation.ts'
import { orderSanction } from './sanctions.ts'
import type { Subject } from './work.ts'

/** Carries out what a decision brings with it, in its transaction. */
export async function applyEffects(
  sql: Sql,
  alert: Subject,
  effects: readonly Effect[],
  holds: readonly HoldRow[],
  now: Instant,
): Promise<void> {
  let active = holds.filter(isActive)
  for (const effect of effects) {
    if (effect.kind === 'open_task') await openTask(sql, alert, effect, now)
    else if (effect.kind === 'release_holds') {
      await saveHolds(sql, ended(active, 'RELEASED', effect.reason, now))
      active = []
    } else {
      await applyMeasure(sql, alert, effect.measure, active, now)
      if (effect.measure.code === 'REFUSE' || effect.measure.code === 'RECOVER') active = []
    }
  }
}

export async function openTask(
  sql: Sql,
  alert: Subject,
  { task, text }: { readonly task: Task['kind']; readonly text: string },
  now: Instant,
): Promise<void> {
  const { alert_id, detector_id, fixmedins_code, admdvs, insu_admdvs } = alert
  await sql.query(
    `INSERT INTO task (task_id, kind, alert_id, detector_id, fixmedins_code, admdvs, insu_admdvs, text, opened)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [randomUUID(), task, alert_id, detector_id, fixmedins_code, admdvs, insu_admdvs, text, now],
  )
}

/** An executed measure moves held money, or counts against a person or an institution. */
async function applyMeasure(sql: Sql, alert: Subject, measure: Measure, holds: readonly HoldRow[], now: Instant): Promise<void> {
  const year = Number(formatInstant(now).slice(0, 4))
  const { code, measure_id, doctor = '', points = 0 } = measure
  const { alert_id, fixmedins_code, admdvs, insu_admdvs } = alert
  const place = [fixmedins_code, admdvs, insu_admdvs]
  if (code === 'REFUSE') await saveHolds(sql, ended(holds, 'REFUSED', measure_id, now))
  if (code === 'RECOVER') await saveHolds(sql, ended(holds, 'OFFSET', measure_id, now))
  if (code === 'POINTS') {
    const values = [measure_id, alert_id, doctor, ...place, year, points, now]
    await sql.query('INSERT INTO points VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', values)
  }
  await orderSanction(sql, alert, measure, now)
  // What its people are charged with counts against the institution as well.
  if (code === 'CREDIT' || code === 'POINTS') {
    const values = [measure_id, alert_id, ...place, year, points, now]
    await sql.query('INSERT INTO credit VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', values)
  }
}
