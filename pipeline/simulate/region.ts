import type { Calendar } from './calendar.ts'
import { ALWAYS_ACTIVE, type Doctor, type Institution, makeDoctor, type Place } from './institution.ts'
import { PRICE_TIERS } from './item.ts'
import { BAND_COUNT, type Person, personAt } from './person.ts'
import { mix, type Random } from './random.ts'

interface RegionSize {
  readonly settlements: number
  readonly days: number
}

/** Degrees between the county towns (about 90 km) and around each of them (at most 17 km across). */
const COUNTY_STEP: Place = { lon: 1, lat: 0.8 }
const COUNTY_RADIUS = 0.055
const SOUTH_WEST: Place = { lon: 114, lat: 34 }
const COUNTIES_PER_PREFECTURE = 8
const MOST_TOWNS = 640
/** So many towns have one pharmacy that sends its purchases. */
const UPLOADING_TOWNS = 20

/** Which institutions a settlement a day keeps busy, and how many settlements a doctor takes on an ordinary day. */
const SETTLEMENTS_PER_INSTITUTION_DAY = 110
const VISITS_PER_DOCTOR_DAY = 16
const MEDICAL_SHARE = 0.48
const MEAN_STAY_DAYS = 8

const DEPARTMENTS = ['A03', 'A04', 'A05', 'A07', 'A11', 'A12']

/** A county town with what it has; distances inside stay below 20 km, towns are at least 60 km apart. */
export interface County {
  readonly index: number
  readonly admdvs: string
  readonly centre: Place
  readonly pharmacies: readonly Institution[]
  readonly clinics: readonly Institution[]
  readonly hospitals: readonly Institution[]
}

/** Institutions, doctors and people of a synthetic region; everything follows from the seed and the size. */
export class Region {
  readonly calendar: Calendar
  readonly counties: readonly County[]
  /** People of each band in each county. */
  readonly peoplePerBand: number
  readonly population: number
  private readonly salt: number

  constructor(size: RegionSize, calendar: Calendar, random: Random) {
    this.calendar = calendar
    this.salt = random.below(2 ** 31)
    const busy = size.settlements / size.days / SETTLEMENTS_PER_INSTITUTION_DAY
    const institutions = Math.ceil(Math.max(Math.min(400, 40 + size.settlements / 5000), busy))
    const towns = Math.min(MOST_TOWNS, Math.max(2, Math.round(institutions / 20)))
    // Six visits a person in 60 days: fewer days need more people, or nobody would have time to finish a prescription.
    const wanted = Math.max(500, (size.settlements / 6) * Math.max(1, 60 / size.days))
    this.peoplePerBand = Math.ceil(wanted / towns / BAND_COUNT)
    this.population = this.peoplePerBand * towns * BAND_COUNT
    const plan = { size, institutions: institutions / towns, towns, random }
    this.counties = Array.from({ length: towns }, (_, index) => buildCounty(index, plan))
  }

  get institutions(): Institution[] {
    return this.counties.flatMap((county) => [...county.hospitals, ...county.clinics, ...county.pharmacies])
  }

  /** The index of the n-th person of a band in a county. */
  personIndex(county: number, band: number, n: number): number {
    return (n * BAND_COUNT + band) * this.counties.length + county
  }

  person(index: number): Person {
    const county = index % this.counties.length
    const band = Math.floor(index / this.counties.length) % BAND_COUNT
    return personAt(index, band, this.counties[county]!.admdvs, this.calendar, this.salt)
  }

  /** The index of somebody in `of` where this person usually goes. */
  habit(index: number, choice: number, of: number): number {
    return mix(index + choice * 7919, this.salt) % of
  }
}

interface Plan {
  readonly size: RegionSize
  readonly institutions: number
  readonly towns: number
  readonly random: Random
}

function buildCounty(index: number, plan: Plan): County {
  const prefecture = 1 + Math.floor(index / COUNTIES_PER_PREFECTURE) + (plan.towns <= COUNTIES_PER_PREFECTURE ? index % 2 : 0)
  const two = (value: number) => String(value).padStart(2, '0')
  const admdvs = `99${two(prefecture)}${two((index % 98) + 1)}`
  const row = Math.ceil(Math.sqrt(plan.towns))
  const centre = {
    lon: SOUTH_WEST.lon + (index % row) * COUNTY_STEP.lon,
    lat: SOUTH_WEST.lat + Math.floor(index / row) * COUNTY_STEP.lat,
  }
  const hospitalCount = Math.max(2, Math.round(plan.institutions * 0.2))
  const clinicCount = Math.max(1, Math.round(plan.institutions * 0.22))
  const pharmacyCount = Math.max(3, Math.round(plan.institutions) - hospitalCount - clinicCount)
  const perDay = plan.size.settlements / plan.size.days / plan.towns
  const build = (kind: Institution['kind'], n: number, serial: number) =>
    buildInstitution({
      kind,
      n,
      serial,
      index,
      admdvs,
      centre,
      perDay,
      peers: kind === 'clinic' ? clinicCount : hospitalCount,
      random: plan.random,
    })
  return {
    index,
    admdvs,
    centre,
    hospitals: Array.from({ length: hospitalCount }, (_, n) => build('hospital', n, n + 1)),
    clinics: Array.from({ length: clinicCount }, (_, n) => build('clinic', n, 201 + n)),
    pharmacies: Array.from({ length: pharmacyCount }, (_, n) => build('pharmacy', n, n + 1)),
  }
}

interface Site {
  readonly kind: Institution['kind']
  readonly n: number
  readonly serial: number
  readonly index: number
  readonly admdvs: string
  readonly centre: Place
  readonly perDay: number
  readonly peers: number
  readonly random: Random
}

const KIND_NAMES = { hospital: '医院', clinic: '社区卫生服务中心', pharmacy: '大药房' } as const

function buildInstitution(site: Site): Institution {
  const { kind, n, index, admdvs, centre, random } = site
  const code = `${kind === 'pharmacy' ? 'P' : 'H'}${admdvs}${String(site.serial).padStart(5, '0')}`
  const around = () => (random.next() * 2 - 1) * COUNTY_RADIUS
  const place = { lon: Math.round((centre.lon + around()) * 1e5) / 1e5, lat: Math.round((centre.lat + around()) * 1e5) / 1e5 }
  const share = kind === 'hospital' ? 0.68 : 0.32
  const visitsPerDay = (site.perDay * MEDICAL_SHARE * share) / site.peers
  const staff = (role: string, count: number, dept?: string): Doctor[] =>
    Array.from({ length: kind === 'pharmacy' ? 0 : count }, (_, i) =>
      makeDoctor(`D${admdvs}${role}${doctorNumber(site.serial, i)}`, dept ?? DEPARTMENTS[i % DEPARTMENTS.length]!, [code]),
    )
  const hospital = kind === 'hospital'
  return {
    code,
    name: `示例${admdvs.slice(2)}第${n + 1}${KIND_NAMES[kind]}`,
    kind,
    ...(kind === 'pharmacy' ? {} : { level: hospital ? (n === 0 ? '3' : '2') : '1' }),
    admdvs,
    county: index,
    place,
    ...(hospital ? { beds: 60 + Math.ceil(((site.perDay * 0.07) / site.peers) * MEAN_STAY_DAYS * 2) } : {}),
    open_hours: hospital ? '00:00-24:00' : kind === 'clinic' ? '07:00-19:00' : '08:00-22:00',
    agreement: ALWAYS_ACTIVE,
    tier: random.below(PRICE_TIERS.length),
    uploads: kind === 'pharmacy' && n === 0 && index < UPLOADING_TOWNS,
    outpatient: staff('0', Math.max(4, Math.ceil(visitsPerDay / VISITS_PER_DOCTOR_DAY))),
    emergency: hospital ? staff('7', 3, 'A20') : [],
    ward: hospital ? staff('8', 4) : [],
    surgeons: hospital ? staff('9', 2, 'A04') : [],
  }
}

/** Five digits that are unique inside a county: the institution's number, then the doctor's. */
function doctorNumber(serial: number, i: number): string {
  return String(serial * 100 + i).padStart(5, '0')
}
