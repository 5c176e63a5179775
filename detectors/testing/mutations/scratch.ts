import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { ending } from './mutants.ts'

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
const LAWS = 'detectors/laws.test.ts'

/** One copy of a detector with its tests and nothing else: whatever they import besides is the repository's own. */
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
  mkdirSync(join(folder, dirname(file)), { recursive: true })
  const [stem] = basename(file).split('.')
  const besides = readdirSync(join(REPOSITORY, dirname(file))).filter((other) => other.startsWith(`${stem}.`))
  for (const other of [...besides.map((name) => join(dirname(file), name)), LAWS])
    copyFileSync(join(REPOSITORY, other), join(folder, other))
  writeFileSync(join(folder, file), ending(source))
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
