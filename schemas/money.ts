/** Money inside fundwatch is integer fen; unit prices, which carry six decimals, are integer millionths of a yuan. */
export type Fen = number
export type MicroYuan = number

export const MICRO_PER_FEN = 10_000

/** Fen as yuan, the form in which money leaves the product. */
export function yuan(fen: Fen): number {
  return fen / 100
}

/** Yuan (a number, or a string such as `"12.50"`) as fen, rounded half up; NaN where it is no number. */
export function fenOf(value: number | string): Fen {
  return scaled(value, 100)
}

/** Yuan as millionths, for unit prices. */
export function microOf(value: number | string): MicroYuan {
  return scaled(value, 1_000_000)
}

/** A unit price times a quantity, in fen. */
export function amountOf(price: MicroYuan, quantity: number): Fen {
  return Math.round((price * quantity) / MICRO_PER_FEN)
}

/** Part of an amount; `whole` zero gives zero. Rounded half up to whole fen. */
export function shareOf(amount: Fen, part: number, whole: number): Fen {
  return whole === 0 ? 0 : Math.round((amount * part) / whole)
}

/** The same part of several amounts: rounded so that they add up to that part of their sum. */
export function sharesOf(amounts: readonly Fen[], part: number, whole: number): Fen[] {
  let sum = 0
  return amounts.map((amount) => {
    const before = shareOf(sum, part, whole)
    sum += amount
    return shareOf(sum, part, whole) - before
  })
}

/** Fen as `1,234.50`, for sentences. */
export function formatYuan(fen: Fen): string {
  return grouped((fen / 100).toFixed(2))
}

/** A price, a mean or a limit as it is told, in yuan: `50,000`, for sentences. */
export function formatAmount(amount: number): string {
  return grouped(String(amount))
}

const THOUSANDS = /(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g

/** The locale of the machine has no say: a sentence is a pure function of its evidence. */
function grouped(digits: string): string {
  return digits.replace(THOUSANDS, ',')
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/** A JSON number or decimal string as a number; NaN for everything else. */
export function decimal(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && DECIMAL.test(value)) return Number(value)
  return Number.NaN
}

function scaled(value: number | string, factor: number): number {
  const number = decimal(value) * factor
  // The epsilon pulls products such as 1.005 * 100 = 100.49999999999999 back over the half.
  return Math.round(number + Math.sign(number) * Math.abs(number) * Number.EPSILON) + 0
}
