import { yuan } from '../../schemas/money.ts'
import { formatInstant } from '../../schemas/time.ts'
import type { Finding, LineRef } from '../detector.ts'
import { restingOn } from '../kit/parts/remembered.ts'
import type { Said } from './med-06.excess.ts'
import type { Evidence, Imaged, Params } from './med-06.terms.ts'

export function findingOn(psn_no: string, subject: Imaged, said: readonly Said[], { repeat_days }: Params): Finding<Evidence> {
  const refs = new Map<string, LineRef>()
  for (const ref of said.flatMap((one) => one.refs)) {
    const name = `${ref.setl_id}|${ref.feedetl_sn}`
    const known = refs.get(name)
    if (!known || ref.vola_amt > known.vola_amt || ref.vola_item_type < known.vola_item_type) refs.set(name, ref)
  }
  const lines = [...refs.values()]
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  const images = new Map(said.flatMap((one) => one.images).map((image) => [`${image.settlement.id}|${image.sn}`, image]))
  const [{ kind, count, limit }, also] = said as [Said, Said?]
  return {
    subject: { type: 'settlement', id: subject.id },
    bucket: '',
    result: 'suspicion',
    severity: 3,
    ...restingOn(psn_no, [...Array.from(images.values(), ({ settlement }) => settlement), subject]),
    // Where the image was made that was not needed, though another bill came after this one.
    ...{ fixmedins_code: subject.fixmedins_code, admdvs: subject.admdvs, insu_admdvs: subject.insu_admdvs },
    vola_amt,
    lines,
    count: said.length,
    evidence: {
      ...{ kind, count, limit, days: kind === 'repeated' ? repeat_days : 0 },
      ...{ visit_images: also?.count ?? 0, visit_limit: also?.limit ?? 0 },
      exams: Array.from(images.values(), ({ settlement, code, name, at }) => {
        const { id: setl_id, fixmedins_code } = settlement
        return { setl_id, fixmedins_code, med_list_codg: code, name, fee_ocur_time: formatInstant(at) }
      }),
      ...{ month: '', med_list_codg: '', name: images.values().next().value!.name, share: 0, peer_median: 0, peers: 0 },
      vola_amt: yuan(vola_amt),
    },
  }
}
