import type { KeyValue } from '../memory/key-value.ts'
import { knownIn } from '../rebuild/memory-digest.ts'

/**
 * What one process knows and several slices together do not, or otherwise: by key, the cells that differ, or nothing where the
 * whole key does. Slices promise no order among what they hear of each other, and read ahead of verdicts. So
 * - what is kept in the order in which it came is compared without its order;
 * - of alerts (`a|`, and what counts them: `n|`, `h|`, `f|`) that came and went there are others, under other numbers:
 *   those that hold are compared in the record;
 * - a shard's own marks (`m|`), with what knowledge it has heard others (`k|`), and how many parcels it had made when a
 *   settlement came, are each one's own.
 */
export function mergedDifferences(alone: KeyValue, slices: readonly KeyValue[]): string[] {
  const [one, all] = [cellsOf([alone]), cellsOf(slices)]
  const names = new Set([...one.keys(), ...all.keys()])
  return [...names].filter((name) => one.get(name) !== all.get(name)).sort()
}

const OTHERWISE = ['a|', 'n|', 'h|', 'f|', 'm|', 'k|']
/** Of a settlement's stamp: its hash, and the number of the knowledge. */
const STAMP = 12

/** Each cell, and each record of another kind, of all of these; what several know, all must know alike. */
function cellsOf(memories: readonly KeyValue[]): Map<string, string> {
  const cells = new Map<string, string>()
  const put = (name: string, said: string) => {
    const before = cells.get(name)
    cells.set(name, before === undefined || before === said ? said : `${before}\nand elsewhere\n${said}`)
  }
  for (const memory of memories) {
    for (const [key, said] of knownIn(memory)) {
      if (OTHERWISE.some((kind) => key.startsWith(kind))) continue
      if (key.startsWith('i|settlement|')) put(key, said.slice(0, STAMP))
      else if (!key.startsWith('c|')) put(key, said)
      // A record is the names of its cells, and under each what it knows.
      else
        for (const [name, cell] of pairsOf(said.split('\n'))) put(`${key} ${name}`, JSON.stringify(unordered(JSON.parse(cell))))
    }
  }
  return cells
}

function* pairsOf(lines: readonly string[]): Generator<readonly [string, string]> {
  for (let i = 0; i < lines.length; i += 2) yield [lines[i]!, lines[i + 1]!]
}

function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => JSON.stringify(unordered(each))).sort()
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, unordered(each)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The part of which a differing cell is. */
export function partOf(difference: string): string {
  const [key, name] = difference.split(' ', 2) as [string, string | undefined]
  return (name || key.split('|')[3] || '').split('|')[0]!.split('@')[0]!
}
