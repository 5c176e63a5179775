import type { SubjectType } from '../../../schemas/alert.ts'

/** What an exception may be made for. */
export const SUBJECTS: readonly SubjectType[] = [
  'institution',
  'doctor',
  'item',
  'person',
  'trace',
  'settlement',
  'group',
  'pool',
]
