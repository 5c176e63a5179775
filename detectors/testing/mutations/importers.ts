import { dirname, join } from 'node:path'

const IMPORT = /\b(?:from|import) '(\.[^']+)'/g

/** The file, and what imports it, directly or not. Files are told from one root. */
export function importersOf(file: string, sources: ReadonlyMap<string, string>): string[] {
  const imports = [...sources].map(([other, source]) => [other, importedBy(other, source)] as const)
  const found = new Set([file])
  // A set goes on to what is added meanwhile.
  for (const one of found) {
    for (const [other, imported] of imports) if (imported.includes(one)) found.add(other)
  }
  return [...found]
}

function importedBy(file: string, source: string): string[] {
  return [...source.matchAll(IMPORT)].map(([, path]) => join(dirname(file), path!))
}
