/** A seeded source of chance (sfc32): the same seed and the same questions give the same answers on every machine. */
export class Random {
  private readonly label: string
  private a: number
  private b: number
  private c: number
  private count = 1

  constructor(label: string) {
    this.label = label
    const [a, b, c] = scramble(label)
    this.a = a
    this.b = b
    this.c = c
    for (let round = 0; round < 12; round++) this.next()
  }

  /** A stream of its own, whatever has been drawn from this one so far. */
  fork(name: string): Random {
    return new Random(`${this.label}/${name}`)
  }

  /** In [0, 1). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.count) | 0
    this.count = (this.count + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    return (sum >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** One 32-bit number out of two, well mixed: attributes that must not depend on the order of drawing come from here. */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function scramble(label: string): [number, number, number] {
  let h1 = 1_779_033_703
  let h2 = 3_144_134_277
  let h3 = 1_013_904_242
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ code, 597_399_067)
    h2 = h3 ^ Math.imul(h2 ^ code, 2_869_860_233)
    h3 = h1 ^ Math.imul(h3 ^ code, 951_274_213)
  }
  return [h1 | 0, h2 | 0, h3 | 0]
}
