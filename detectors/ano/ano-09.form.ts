import type { Form } from '../detector.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import type { Bought, Drug } from './ano-09.terms.ts'

export const FORM: Form<Bought> = {
  pack(bought) {
    const { drugs, resold } = bought
    const packed: unknown[] = packHead(bought).slice()
    if (resold !== undefined) packed.push(resold)
    else for (const { generic, days, watched, fund } of drugs) packed.push(generic, watched ? -days : days, fund)
    return packed
  },
  unpack(packed) {
    const head = unpackHead(packed)
    if (typeof packed[3] === 'boolean') return { drugs: [], resold: packed[3], ...head }
    const drugs: Drug[] = []
    for (let i = 3; i < packed.length; i += 3) {
      const days = packed[i + 1]
      drugs.push({ generic: packed[i], days: Math.abs(days), watched: days < 0, fund: packed[i + 2] })
    }
    return { drugs, ...head }
  },
}
