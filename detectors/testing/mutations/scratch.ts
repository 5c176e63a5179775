import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { importersOf } from './importers.ts'
import { ending } from './mutants.ts'

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
const LAWS = 'detectors/laws.test.ts'

/** Whose mutants are asked about; its own test is told apart from those of the detectors that use it. */
export const KIT = 'detectors/kit/'

/**
 * One copy of a file with the tests to ask, and what lies between them and it; whatever they import besides is the
 * repository's own.
 */
export interface Copy {
  /** The folder's name below the scratch. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  readonly source: string
}

/** A folder outside the repository, which sees its packages. */
export function makeScratch(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'mutations-'))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(scratch, 'node_modules'))
  return scratch
}

export function layOut(scratch: string, { name, file, source }: Copy): void {
  const folder = join(scratch, name)
  for (const other of [file, ...besides(file)]) {
    mkdirSync(join(folder, dirname(other)), { recursive: true })
    copyFileSync(join(REPOSITORY, other), join(folder, other))
  }
  writeFileSync(join(folder, file), ending(source))
}

/** A detector's rooms, tests and laws; whatever imports a file of the kit. */
function besides(file: string): string[] {
  if (file.startsWith(KIT)) return importersOf(file, sources())
  const [stem] = basename(file).split('.')
  const rooms = readdirSync(join(REPOSITORY, dirname(file))).filter((other) => other.startsWith(`${stem}.`))
  return [...rooms.map((name) => join(dirname(file), name)), LAWS]
}

let known: ReadonlyMap<string, string> | undefined

function sources(): ReadonlyMap<string, string> {
  known ??= new Map(filesOf('detectors').map((file) => [file, readFileSync(join(REPOSITORY, file), 'utf8')]))
  return known
}

/** From the root of the repository, all that is TypeScript. */
export function filesOf(folder: string): string[] {
  const files = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file))
}

export function clear(scratch: string, name = ''): void {
  rmSync(join(scratch, name), { recursive: true, force: true })
}

/** What a copy lacks is imported from the repository. */
export function fromRepository(scratch: string): Plugin {
  return {
    name: 'from-repository',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.startsWith('.') || !importer?.startsWith(`${scratch}/`)) return
      const wanted = join(dirname(importer), source)
      if (existsSync(wanted)) return wanted
      const [, ...path] = wanted.slice(scratch.length + 1).split('/')
      return join(REPOSITORY, ...path)
    },
  }
}
