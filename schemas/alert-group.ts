import { type Static, Type } from 'typebox'

export const GROUPINGS = ['subject', 'detector', 'institution'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Open alerts of one subject, detector or institution. */
export const AlertGroup = Type.Object({
  key: Type.String({ description: 'the subject (masked where it is a person), detector or institution' }),
  /** Empty but for subjects. */
  subject_type: Type.String(),
  alert_id: Type.String({ description: 'the newest alert of the group' }),
  severity: Type.Integer({ description: 'of the most severe' }),
  open: Type.Integer(),
  by_severity: Type.Array(Type.Integer(), { description: 'how many have severity 1, 2, 3 and 4' }),
  vola_amt: Type.Number({ description: 'yuan' }),
  last_event_time: Type.String(),
})
export type AlertGroup = Static<typeof AlertGroup>

/** Alerts of one day of the event. */
export const DayVolume = Type.Object({
  day: Type.String({ description: 'of the event, Asia/Shanghai' }),
  alerts: Type.Integer(),
  open: Type.Integer({ description: 'those that are not retracted' }),
  vola_amt: Type.Number({ description: 'yuan, of the open ones' }),
})
export type DayVolume = Static<typeof DayVolume>
