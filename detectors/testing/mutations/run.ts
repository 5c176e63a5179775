import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KINDS, type Kind, type Mutant, mutantsOf } from './mutants.ts'
import { inTotal, type Judged, survivorsIn } from './report.ts'
import { type Copy, clear, filesOf, KIT, layOut, makeScratch, REPOSITORY } from './scratch.ts'
import { noticed, type Trial } from './trial.ts'

/** Some are a file with rooms beside it. */
const DETECTOR_FILE = /^detectors\/[a-z]{3}\/[a-z]{3}-\d\d(?:\.(?!test\.|city\.)[a-z]+)?\.ts$/
const KIT_FILE = /^detectors\/kit\/[a-z]+\/[a-z-]+\.ts$/
/** In the order in which they are asked: the next only about what those before it have not noticed. */
const TESTS: readonly Pick<Trial, 'include' | 'only'>[] = [
  { include: ['*/detectors/kit/*/*.test.ts'] },
  { include: ['*/detectors/*/*.test.ts'] },
  // The laws that speak of one detector; the rest speak of all together. The kit has no laws.
  { include: ['*/detectors/laws.test.ts'], only: /^[A-Z]{3}-\d\d / },
]
/** A start of the tests costs some seconds; what is loaded stays in memory. */
const AT_ONCE = 300

/** Mutates the detectors that match, tries their tests on each mutant, and says which mutants no test notices. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      kinds: { type: 'string', default: KINDS.join(',') },
    },
  })
  setPriority(10)
  const files = filesLike(positionals)
  if (files.length === 0) throw new Error(`Nothing is called like ${positionals.join(' ')}.`)
  const sample = values.sample === undefined ? Number.POSITIVE_INFINITY : Number(values.sample)
  const kinds = kindsIn(values.kinds)
  const tried = files.map((file) => {
    const all = mutantsOf(readFileSync(join(REPOSITORY, file), 'utf8')).filter(({ kind }) => kinds.includes(kind))
    return drawn(all, sample, Number(values.seed)).map((mutant) => ({ file, mutant }))
  })
  const scratch = makeScratch()
  process.once('exit', () => clear(scratch))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  await expectPeace(scratch, files, Number(values.workers))
  const judged: Judged[] = []
  for (const batch of together(tried)) {
    const newly = await judge(scratch, batch, Number(values.workers))
    judged.push(...newly)
    process.stdout.write(survivorsIn(newly))
  }
  process.stdout.write(inTotal(judged))
  return 0
}

function kindsIn(list: string): readonly Kind[] {
  const isKind = (word: string): word is Kind => (KINDS as readonly string[]).includes(word)
  const words = list.split(',')
  const unknown = words.filter((word) => !isKind(word))
  if (unknown.length > 0) throw new Error(`Mutants are of the kinds ${KINDS.join(', ')}, not ${unknown.join(', ')}.`)
  return words.filter(isKind)
}

function filesLike(patterns: readonly string[]): string[] {
  const files = filesOf('detectors')
    .filter((file) => DETECTOR_FILE.test(file) || KIT_FILE.test(file))
    .sort()
  return patterns.length === 0
    ? files.filter((file) => DETECTOR_FILE.test(file))
    : files.filter((file) => patterns.some((pattern) => file.includes(pattern.toLowerCase())))
}

/** So many of each kind, the same for the same seed, in the order of their text. */
function drawn(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  const lots = mutants.map((mutant) => ({ mutant, lot: next() })).sort((a, b) => a.lot - b.lot)
  const chosen = new Set(KINDS.flatMap((kind) => lots.filter(({ mutant }) => mutant.kind === kind).slice(0, count)))
  return lots
    .filter((one) => chosen.has(one))
    .map(({ mutant }) => mutant)
    .sort((a, b) => mutants.indexOf(a) - mutants.indexOf(b))
}

/** Whole files, so many that a start of the tests is worth it; one of the kit, whose copies are large, alone. */
function together<T extends { readonly file: string }>(files: readonly (readonly T[])[]): T[][] {
  const batches: T[][] = [[]]
  for (const file of files) {
    const last = batches.at(-1)!
    const isAlone = [...last, ...file].some((one) => one.file.startsWith(KIT))
    if (last.length < AT_ONCE && !isAlone) last.push(...file)
    else batches.push([...file])
  }
  return batches.filter((batch) => batch.length > 0)
}

/** Tests that fail by themselves would notice every mutant. */
async function expectPeace(scratch: string, files: readonly string[], workers: number): Promise<void> {
  const copies = files.map((file, i) => {
    // Files of the kit have most of their tests in common.
    const name = file.startsWith(KIT) ? 'own-kit' : `own-${i}`
    return { name, file, source: readFileSync(join(REPOSITORY, file), 'utf8') }
  })
  const complaints = await complaintsOf(scratch, copies, workers)
  const loud = copies.filter(({ name }) => complaints.get(name) !== '')
  if (loud.length > 0)
    throw new Error(loud.map(({ name, file }) => `${file} fails unmutated: ${complaints.get(name)}`).join('\n'))
}

async function judge(
  scratch: string,
  batch: readonly { readonly file: string; readonly mutant: Mutant }[],
  workers: number,
): Promise<Judged[]> {
  const named = batch.map(({ file, mutant }, i) => ({ name: `m-${i}`, file, mutant, source: mutant.source }))
  const complaints = await complaintsOf(scratch, named, workers)
  return named.map(({ name, file, mutant }) => ({ file, mutant, noticedBy: complaints.get(name)! }))
}

/** By which test each copy is noticed, `''` where by none. */
async function complaintsOf(scratch: string, copies: readonly Copy[], workers: number): Promise<ReadonlyMap<string, string>> {
  const complaints = new Map(copies.map(({ name }) => [name, '']))
  const asked = new Set<string>()
  for (const copy of copies) layOut(scratch, copy)
  for (const tests of TESTS) {
    const newly = await noticed({ scratch, ...tests, workers })
    for (const [name, complaint] of newly) {
      asked.add(name)
      complaints.set(name, complaint)
      if (complaint !== '') clear(scratch, name)
    }
  }
  for (const { name } of copies) {
    if (!asked.has(name)) complaints.set(name, 'nobody')
    clear(scratch, name)
  }
  return complaints
}
