import { readFileSync } from 'node:fs'
import type { ReferenceBook } from '../../../detectors/reference.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { MED_CLASSES } from '../../../schemas/med-class.ts'

/**
 * Reads a province's own map of `med_type` to its class: `{ "region prefix": { "med_type": "class" } }`. Rows of the
 * reference table `med_type_map` that arrive as events replace those of the file.
 * @throws FundwatchError MED_TYPE_MAP_INVALID, naming what is wrong
 */
export function readMedTypeMap(path: string, book: ReferenceBook): number {
  let rows = 0
  for (const [admdvs, types] of Object.entries(parse(path))) {
    for (const [medType, medClass] of Object.entries(types)) {
      if (!(MED_CLASSES as readonly string[]).includes(medClass)) {
        throw invalid(path, `${admdvs}:${medType} has no class ${medClass}; there are ${MED_CLASSES.join(', ')}`)
      }
      const id = `${admdvs}:${medType}`
      if (book.find('med_type_map', id, Number.MAX_SAFE_INTEGER)) continue
      // A setting is read at each start: it does not arrive, and was always known.
      book.put('med_type_map', { id, row: { med_class: medClass }, effective_from: undefined, effective_to: undefined }, false, 0)
      rows++
    }
  }
  return rows
}

function parse(path: string): Record<string, Record<string, string>> {
  try {
    const map = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof map === 'object' && map !== null && Object.values(map).every((types) => typeof types === 'object')) return map
  } catch (error) {
    throw invalid(path, (error as Error).message)
  }
  throw invalid(path, 'it must be { "region prefix": { "med_type": "class" } }')
}

function invalid(path: string, message: string): FundwatchError {
  return new FundwatchError('MED_TYPE_MAP_INVALID', `${path}: ${message}`)
}
