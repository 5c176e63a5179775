import { findDetectors } from '../../../pipeline/catalogue.ts'
import { catalogueRow } from '../../../pipeline/published.ts'
import { type Command, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'

export const detectors: Command = {
  usage: '[list | show ID]',
  summary: 'The catalogue: id, title, category, result, stages, basis, parameters with their source, version.',
  flags: {},
  async run({ args, json }) {
    const [verb = 'list', id] = args
    const rows = (await findDetectors()).map((detector) => catalogueRow(detector))
    if (verb === 'list') {
      if (json) printJson(rows)
      else
        printTable(
          rows.map(({ id, version, title, result, stages }) => ({
            id,
            version,
            result,
            stages: stages.join(','),
            title: `${title.zh} ${title.en}`,
          })),
        )
      return 0
    }
    if (verb !== 'show' || !id) throw new UsageError('Use: detectors list, or detectors show ID.')
    const row = rows.find((candidate) => candidate.id === id.toUpperCase())
    if (!row) throw new UsageError(`There is no detector ${id}.`)
    if (json) printJson(row)
    else print(JSON.stringify(row, null, 2))
    return 0
  },
}
