import type { Random } from './random.ts'
import type { Region } from './region.ts'

const FOR_EVER = 32_767
const TRIES = 40

/** Who of the region is at home: nobody is at two places, and nobody comes back before the medicine is nearly used up. */
export class People {
  private readonly region: Region
  private readonly random: Random
  /** First day on which each person may be seen again, and may fetch the medicine of a chronic disease again. */
  private readonly freeFrom: Int16Array
  private readonly refillFrom: Int16Array
  private readonly stayed: Uint8Array
  private newcomers = 0

  constructor(region: Region, random: Random) {
    this.region = region
    this.random = random
    this.freeFrom = new Int16Array(region.population)
    this.refillFrom = new Int16Array(region.population)
    this.stayed = new Uint8Array(region.population)
  }

  /** The index of somebody of these bands in this county who is free on this day. */
  visitor(county: number, bands: readonly number[], day: number): number {
    return this.find(county, bands, (index) => this.freeFrom[index]! <= day)
  }

  chronicPatient(county: number, bands: readonly number[], day: number): number {
    return this.find(county, bands, (index) => this.freeFrom[index]! <= day && this.refillFrom[index]! <= day)
  }

  /** Somebody who has not been in hospital yet: a second stay soon after the first would look like a split one. */
  inpatient(county: number, bands: readonly number[], day: number): number {
    return this.find(county, bands, (index) => this.freeFrom[index]! <= day && this.stayed[index] === 0)
  }

  busy(index: number, until: number): void {
    if (index < this.freeFrom.length) this.freeFrom[index] = Math.min(until, FOR_EVER)
  }

  refilled(index: number, until: number): void {
    if (index < this.refillFrom.length) this.refillFrom[index] = until
  }

  admitted(index: number, until: number): void {
    this.busy(index, until)
    if (index < this.stayed.length) this.stayed[index] = 1
  }

  died(index: number): void {
    this.busy(index, FOR_EVER)
  }

  private find(county: number, bands: readonly number[], free: (index: number) => boolean): number {
    const { region, random } = this
    for (let tries = 0; tries < TRIES; tries++) {
      const index = region.personIndex(county, random.pick(bands), random.below(region.peoplePerBand))
      if (free(index)) return index
    }
    for (let n = 0; n < region.peoplePerBand; n++) {
      for (const band of bands) {
        const index = region.personIndex(county, band, n)
        if (free(index)) return index
      }
    }
    return this.newcomer(county, random.pick(bands))
  }

  /** Somebody who moves in, seen once: everybody else is busy. */
  private newcomer(county: number, band: number): number {
    const { region } = this
    return region.population + region.personIndex(county, band, this.newcomers++)
  }
}
