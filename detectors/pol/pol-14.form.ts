import type { Form } from '../detector.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import type { DrugLine, Filled, Supply } from './pol-14.terms.ts'

export const FORM: Form<Filled> = {
  pack: (filled) => [...packHead(filled), ...filled.supplies.map(packSupply)],
  unpack: (packed) => {
    const [, , , ...supplies] = packed
    return { supplies: supplies.map(unpackSupply), ...unpackHead(packed) }
  },
}

type PackedSupply = readonly [generic: string, days: number, limit: number, indivisible: number, ...(string | number)[]]

function packSupply({ generic, days, limit, indivisible, lines }: Supply): PackedSupply {
  const told: (string | number)[] = []
  for (const { sn, inscp } of lines) told.push(sn, inscp)
  return [generic, days, limit, indivisible ? 1 : 0, ...told]
}

function unpackSupply(packed: PackedSupply): Supply {
  const [generic, days, limit, indivisible] = packed
  const lines: DrugLine[] = []
  for (let i = 4; i < packed.length; i += 2) lines.push({ sn: String(packed[i]), inscp: Number(packed[i + 1]) })
  return { generic, days, limit, indivisible: indivisible === 1, lines }
}
