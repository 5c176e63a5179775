/** A topic of the contract: how it is made, and why so. */
export interface Topic {
  readonly name: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  readonly why: string
}

export const SCALES = ['county', 'province', 'nation'] as const
export type Scale = (typeof SCALES)[number]

/** A stay of two thousand lines is larger than Kafka's own limit of 1 MB. */
export const MESSAGE_BYTES = 16 * 1024 * 1024

/** Where slices of a region tell each other: the mailbox of each is a partition. */
export const MAILBOX = 'fundwatch.heard'
/** What each slice has heard, range by range: a partition for each. */
export const HISTORY = 'fundwatch.history'
/** A parcel holds what one batch tells another slice. */
export const PARCEL_BYTES = 4 * MESSAGE_BYTES

/** Partitions of the busiest topic: one takes some thousand settlements a second, and a worker owns at least one. */
const PARTITIONS: Record<Scale, number> = { county: 1, province: 6, nation: 48 }
const DAY_MS = 86_400_000
const days = (count: number) => String(count * DAY_MS)

/** Every topic that fundwatch reads or writes, for an installation of this size. */
export function topicsFor(scale: Scale): readonly Topic[] {
  const busy = PARTITIONS[scale]
  const size = { 'max.message.bytes': String(MESSAGE_BYTES) }
  const kept = { 'cleanup.policy': 'delete', 'retention.ms': days(30), ...size }
  return [
    {
      name: 'fundwatch.settlement',
      partitions: busy,
      config: kept,
      why: 'settlements and voids by person; thirty days, so that a machine that lost its disk can read them again',
    },
    {
      name: 'fundwatch.stay',
      partitions: Math.max(1, Math.ceil(busy / 6)),
      config: kept,
      why: 'admissions and discharges by person: a twentieth of the settlements',
    },
    {
      name: 'fundwatch.inventory',
      partitions: Math.max(1, Math.ceil(busy / 2)),
      config: kept,
      why: 'purchases, sales and stock by institution',
    },
    {
      name: 'fundwatch.reference',
      partitions: 1,
      config: { 'cleanup.policy': 'compact', 'retention.ms': '-1', ...size },
      why: 'the latest version of every reference row, kept for ever, in one order',
    },
    {
      name: MAILBOX,
      partitions: busy,
      config: { ...kept, 'max.message.bytes': String(PARCEL_BYTES) },
      why: 'what workers tell each other: the mailbox of each slice of the region is a partition; thirty days, as settlements',
    },
    {
      name: HISTORY,
      partitions: busy,
      config: kept,
      why: 'what each slice has heard, so that another worker can go on with it; only its present owner can write',
    },
    {
      name: 'fundwatch.alerts',
      partitions: 1,
      config: { 'cleanup.policy': 'delete', 'retention.ms': days(90), ...size },
      why: 'every revision of every alert in one ordered log, so that all dashboards agree',
    },
    {
      name: 'fundwatch.deadletters',
      partitions: busy,
      config: { 'cleanup.policy': 'delete', 'retention.ms': days(90), ...size },
      why: 'what was refused, with its reason, identity data replaced; each slice in a partition of its own, one process in the first',
    },
  ]
}
