/** A region code without its trailing `00` pairs: `370000` is all that begins with `37`, `000000` is everything. */
export function regionPrefix(admdvs: string): string {
  return admdvs.replace(/(?:00)+$/, '')
}

interface Placed {
  readonly admdvs: string
  readonly insu_admdvs: string
}

/** Whether one of the regions holds the place of treatment or the place of insurance. */
export function isWithin(regions: readonly string[], { admdvs, insu_admdvs }: Placed): boolean {
  return regions.some((region) => {
    const prefix = regionPrefix(region)
    return admdvs.startsWith(prefix) || insu_admdvs.startsWith(prefix)
  })
}

/** `isWithin` as SQL; the named parameter is `regions.map(regionPrefix)`. */
export function withinSql(parameter: string): string {
  return `arrayExists(p -> startsWith(admdvs, p) OR startsWith(insu_admdvs, p), {${parameter}:Array(String)})`
}
