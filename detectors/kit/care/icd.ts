/** The category of a diagnosis, three characters, by which ICD-10 groups diseases. */
export function icdCategory(code: string): string {
  return code.slice(0, 3)
}

/** Whether the category lies in a range such as `C51-C58`, both ends inclusive. */
export function isInIcdRange(code: string, range: string): boolean {
  const category = icdCategory(code)
  return category.length === 3 && range.slice(0, 3) <= category && category <= range.slice(-3)
}

/** Diagnoses of Chinese medicine (`diag_type` 2 and 3) have codes of their own, which ICD ranges do not speak of. */
export function isWestern({ diag_type, diag_code }: { readonly diag_type: string; readonly diag_code: string }): boolean {
  return diag_code !== '' && diag_type !== '2' && diag_type !== '3'
}
