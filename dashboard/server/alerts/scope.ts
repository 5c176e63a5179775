import type { Scope } from '../access/caller.ts'

/** A region code without its trailing `00` pairs: `370000` is all that begins with `37`, `000000` is everything. */
export function regionPrefix(admdvs: string): string {
  return admdvs.replace(/(?:00)+$/, '')
}

interface Placed {
  readonly admdvs: string
  readonly insu_admdvs: string
}

/** Whether the scope holds the record: its region, and its institution where the scope names institutions. */
export function isWithin({ scope, institutions }: Scope, placed: Placed & { readonly fixmedins_code: string }): boolean {
  if (institutions.length > 0 && !institutions.includes(placed.fixmedins_code)) return false
  return isInRegions(scope, placed)
}

/** Whether one of the regions holds the place of treatment or the place of insurance. */
export function isInRegions(regions: readonly string[], { admdvs, insu_admdvs }: Placed): boolean {
  return regions.some((region) => {
    const prefix = regionPrefix(region)
    return admdvs.startsWith(prefix) || insu_admdvs.startsWith(prefix)
  })
}

/** `isInRegions` as SQL; the named parameter is `regions.map(regionPrefix)`. */
export function withinSql(parameter: string): string {
  return `arrayExists(p -> startsWith(admdvs, p) OR startsWith(insu_admdvs, p), {${parameter}:Array(String)})`
}
