import { type MicroYuan, yuan } from '../../schemas/money.ts'
import { formatInstant } from '../../schemas/time.ts'
import type { Context, Finding, Touched } from '../detector.ts'
import { violating } from '../kit/bills/finding.ts'
import { itemName } from '../kit/items/item-name.ts'
import type { Evidence, Hit, Params } from './ano-11.terms.ts'

const SHOWN = 50

const inYuan = (price: MicroYuan) => Math.round(price / 100) / 1e4

export function touched(hits: readonly Hit[], region: string, { root, reference }: Context<Params>): Touched<Evidence> {
  const subject = { type: 'item', id: root } as const
  const bucket = `|${region}`
  if (hits.length === 0) return { subject, bucket, holds: undefined }
  const vola_amt = hits.reduce((sum, hit) => sum + hit.vola_amt, 0)
  const [first, last] = [hits[0]!, hits.at(-1)!]
  const highest = hits.reduce((a, b) => (b.price > a.price ? b : a))
  const holds: Finding<Evidence> = {
    ...{ subject, bucket, result: 'suspicion', severity: 3, vola_amt },
    setl_ids: hits.map(({ id }) => id),
    lines: hits.map((hit) => violating(hit.id, hit, hit.vola_amt)),
    at: last.at,
    first_seen: first.at,
    count: hits.length,
    ...{ psn_no: '', fixmedins_code: last.fixmedins_code, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      med_list_codg: root,
      name: itemName(root, last.at, reference),
      region,
      hits: hits.slice(0, SHOWN).map(({ id, at, fixmedins_code, price, usual, against }) => ({
        ...{ setl_id: id, setl_time: formatInstant(at), fixmedins_code, price: inYuan(price), usual: inYuan(usual), against },
      })),
      lines: hits.length,
      institutions: new Set(hits.map(({ fixmedins_code }) => fixmedins_code)).size,
      highest: inYuan(highest.price),
      usual: inYuan(highest.usual),
      vola_amt: yuan(vola_amt),
    },
  }
  return { subject, bucket, holds }
}
