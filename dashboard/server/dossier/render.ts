import type { Dossier, Language } from './dossier.ts'
import { writeFindings } from './findings.ts'
import { writeInputs, writeReference } from './inputs.ts'
import { Paper } from './paper.ts'
import { shortTime, yuanText } from './plain.ts'
import { writeAttachments, writeCaseHistory, writeDecisions, writeHolds, writeStatements } from './proceedings.ts'
import { DOSSIER_WORDS, type DossierWords } from './words.ts'

/**
 * The dossier as pages, with the machine-readable package inside. A pure function of the package and the language: the same
 * package gives the same bytes, so that the record can hold the hash of the file.
 */
export async function renderDossier(dossier: Dossier, language: Language): Promise<Buffer> {
  const words = DOSSIER_WORDS[language]
  const { case_id } = dossier.case
  const title = `${words.title} ${case_id}`
  const paper = new Paper({ title, language: language === 'zh' ? 'zh-CN' : 'en', made: new Date(dossier.made) })
  writeCover(paper, dossier, words)
  paper.newPage()
  writeFindings(paper, dossier, words, language)
  writeInputs(paper, dossier, words)
  writeReference(paper, dossier, words)
  writeDecisions(paper, dossier, words)
  writeHolds(paper, dossier, words)
  writeStatements(paper, dossier, words)
  writeAttachments(paper, dossier, words)
  writeCaseHistory(paper, dossier, words)
  writeHashes(paper, dossier, words)
  paper.attach(`${case_id}.json`, Buffer.from(JSON.stringify(dossier)), 'application/json', title)
  const seal = dossier.hash.slice(0, 16)
  return paper.finish(words.header(case_id, dossier.masked), (page, pages) => `${words.page(page, pages)}    SHA-256 ${seal}…`)
}

/** The names on the cover are long: their share of the width. */
const COVER_NAMES = 0.28

function writeCover(paper: Paper, dossier: Dossier, words: DossierWords): void {
  const { case: file, alerts, chain } = dossier
  paper.cover(words.kicker, words.title, file.case_id)
  const knowledge = [...new Set(alerts.map(({ knowledge_version }) => knowledge_version))].join(', ')
  paper.pairs(
    [
      [words.case_title, file.title],
      [words.subject, `${words.subjects[file.subject_type] ?? file.subject_type} ${file.subject_id}`],
      [words.institution, file.fixmedins_code || '–'],
      [words.region, `${file.admdvs} / ${file.insu_admdvs}`],
      [words.counts, `${file.alerts} / ${file.settlements}`],
      [words.money, `¥${yuanText(file.recoverable_amt)}`],
      [words.opened, `${shortTime(file.opened)}  ${file.opened_by}`],
      [words.made, `${shortTime(dossier.made)}  ${dossier.made_by}`],
      [words.masked, dossier.masked ? words.masked_yes : words.masked_no(dossier.reason)],
      [words.knowledge, knowledge || '–'],
      [words.seal, dossier.hash],
      [words.chain, words.chain_at(chain.n, chain.hash)],
    ],
    1,
    COVER_NAMES,
  )
  paper.text(words.what_is_inside, { quiet: true })
}

function writeHashes(paper: Paper, { hashes, hash, chain, identity }: Dossier, words: DossierWords): void {
  paper.chapter(words.hashes)
  paper.table(
    [
      { head: words.part, width: 12 },
      { head: words.hash, width: 40 },
    ],
    [
      ...Object.entries(hashes).map(([name, value]) => [`${words.parts[name] ?? name} (${name})`, value]),
      [
        { text: words.seal, strong: true },
        { text: hash, strong: true },
      ],
      [words.chain, words.chain_at(chain.n, chain.hash)],
    ],
  )
  paper.text(`${words.how_hashed} ${identity}`, { quiet: true })
}
