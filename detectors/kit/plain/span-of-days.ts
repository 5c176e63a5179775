/** When it was, as people say it: on one day, or from one to another. */
export function spanOfDays(from: string, to: string, language: 'zh' | 'en'): string {
  const [begin, end] = [from.slice(0, 10), to.slice(0, 10)]
  if (language === 'zh') return begin === end ? begin : `${begin}至${end}`
  return begin === end ? `on ${begin}` : `between ${begin} and ${end}`
}
