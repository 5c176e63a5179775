/** Most characters of an alert's `why` (contract, section 2). */
const LONGEST = 60
const MARKS = '，；：、（。'

/** The beginning of a sentence, cut after a whole part of it: half an amount would be another amount. */
export function whyOf(sentence: string): string {
  if (sentence.length <= LONGEST) return sentence
  const head = sentence.slice(0, LONGEST - 1)
  const end = Math.max(...Array.from(MARKS, (mark) => head.lastIndexOf(mark)))
  return `${end > LONGEST / 2 ? head.slice(0, end) : head.replace(/[\d.]+$/, '')}…`
}
