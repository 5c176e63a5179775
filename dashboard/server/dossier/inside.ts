import { FundwatchError } from '../../../schemas/errors.ts'

/**
 * The machine-readable package inside a file that `renderDossier` made.
 * @throws FundwatchError `DOSSIER_INVALID`
 */
export function packageInside(pdf: Buffer): Buffer {
  const at = pdf.indexOf('/Type /EmbeddedFile')
  const start = at < 0 ? -1 : pdf.indexOf('stream\n', at)
  const length = start < 0 ? undefined : /\/Length (\d+)/.exec(pdf.toString('latin1', at, start))?.[1]
  if (length === undefined) throw new FundwatchError('DOSSIER_INVALID', 'The file holds no machine-readable dossier.')
  const from = start + 'stream\n'.length
  return pdf.subarray(from, from + Number(length))
}
