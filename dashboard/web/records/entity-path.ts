/**
 * The address of an entity's page. A person's number stands in no address: a person is named by something that leads to
 * them, one of their settlements or an alert.
 */
export function entityPath(
  type: string,
  id: string,
  through: { readonly alert?: string; readonly settlement?: string } = {},
): string {
  if (type === 'settlement') return `/settlements/${encodeURIComponent(id)}`
  if (type !== 'person') return `/entities/${type}/${encodeURIComponent(id)}`
  if (through.settlement) return `/entities/person/settlement:${encodeURIComponent(through.settlement)}`
  return `/entities/person/alert:${through.alert ?? ''}`
}
