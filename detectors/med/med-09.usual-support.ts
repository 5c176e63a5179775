import type { Visit } from '../detector.ts'
import { isMedicine } from '../kit/care/medicine.ts'

/** A complication that everybody knows, with the words by which what treats it is named, and the classes of its drugs. */
export interface UsualSupport {
  /** ICD-10, or the beginning of a code. */
  readonly diagnosis: string
  readonly names: readonly string[]
  /** ATC classes, or their beginnings. */
  readonly classes: readonly string[]
}

export function usualOf(diagnosis: string, usual: readonly UsualSupport[]): UsualSupport | undefined {
  return usual.find((one) => diagnosis.startsWith(one.diagnosis))
}

/** The words and classes that any line of the visit bears; `undefined` where a line has no name that could be asked. */
export function namesFoundIn({ feedetail, items }: Visit, { names, classes }: UsualSupport): string[] | undefined {
  const found = new Set<string>()
  for (let i = 0; i < feedetail.length; i++) {
    const line = feedetail[i]!
    const item = items[i]
    if (line.cnt <= 0) continue
    if (!item?.name && !isMedicine(line, item)) return undefined
    for (const name of names) if (item?.name?.includes(name)) found.add(name)
    const ofDrug = item?.pharm_class || line.med_list_codg.replace(/^X/, '')
    for (const prefix of classes) if (isMedicine(line, item) && ofDrug.startsWith(prefix)) found.add(prefix)
  }
  return [...found].sort()
}
