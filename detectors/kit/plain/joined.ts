/** Places in a list, both ends inclusive. */
export type Range = readonly [from: number, to: number]

/** Ranges that share a place made one, oldest first. */
export function joined(ranges: readonly Range[]): Range[] {
  const all: [from: number, to: number][] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}
