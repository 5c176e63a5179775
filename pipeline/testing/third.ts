/** Whether an event is of a third of the institutions, or knowledge: enough of what is planted for tests that take long per event. */
export function isOfTheThird(line: string): boolean {
  const { kind, fixmedins_code } = JSON.parse(line) as { kind: string; fixmedins_code?: string }
  return kind === 'reference' || !fixmedins_code || Number(fixmedins_code.slice(-4)) % 3 === 0
}
