import { formatYuan } from './format.ts'

/** Money in a list; that there is none does not call for attention. */
export function Amount({ yuan }: { yuan: number }) {
  return <span className={yuan === 0 ? 'amount nothing' : 'amount'}>{formatYuan(yuan)}</span>
}
