type Kind = 'boolean' | 'null' | 'number' | 'string' | 'list' | 'object'

/** From so many arrays of one length on, that length belongs to the form. */
const ENOUGH = 5
/** What may be the name of a field. Other keys are data: identities, days, codes. */
const FIELD = /^[a-z][a-zA-Z_]{0,30}$/

/**
 * What values of JSON that were seen at one place have in common, whatever they say: their types, the names of their fields,
 * and how arrays lie within one another. It grows with what is seen, in whatever order that comes.
 */
export class StoredShape {
  readonly #kinds = new Set<Kind>()
  readonly #fields = new Map<string, StoredShape>()
  /** What was seen at each place of arrays. */
  readonly #places: StoredShape[] = []
  #arrays = 0
  #shortest = Number.POSITIVE_INFINITY

  see(value: unknown): void {
    this.#kinds.add(kindOf(value))
    if (Array.isArray(value)) {
      this.#arrays++
      this.#shortest = Math.min(this.#shortest, value.length)
      for (const [place, each] of value.entries()) {
        this.#places[place] ??= new StoredShape()
        this.#places[place].see(each)
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) this.#fieldOf(FIELD.test(key) ? key : '*').see(each)
    }
  }

  /** The same text for the same shape. */
  toString(): string {
    const told = [...this.#kinds].map((kind) =>
      kind === 'list' ? this.#listText() : kind === 'object' ? this.#objectText() : kind,
    )
    return told.sort().join('|')
  }

  #fieldOf(name: string): StoredShape {
    const known = this.#fields.get(name)
    if (known) return known
    const made = new StoredShape()
    this.#fields.set(name, made)
    return made
  }

  #objectText(): string {
    const fields = [...this.#fields].map(([name, shape]) => `${name}:${shape}`)
    return `{${fields.sort().join(',')}}`
  }

  /** Where each place has a meaning of its own, the places; of a list what all its members are. */
  #listText(): string {
    const isOneLength = this.#shortest === this.#places.length
    const kinds = new Set(this.#places.map((place) => place.#meaning()).filter((meaning) => meaning !== ''))
    const fixed = isOneLength && this.#arrays >= ENOUGH ? this.#places.length : kinds.size > 1 ? this.#shortest : 0
    const rest = new StoredShape()
    for (const place of this.#places.slice(fixed)) rest.#join(place)
    const more = this.#places.length > fixed ? [`...${rest}`] : []
    return `[${[...this.#places.slice(0, fixed), ...more].join(',')}]`
  }

  /** What lies here where it is not empty. */
  #meaning(): string {
    return [...this.#kinds]
      .filter((kind) => kind !== 'null')
      .sort()
      .join('|')
  }

  #join(other: StoredShape): void {
    for (const kind of other.#kinds) this.#kinds.add(kind)
    for (const [name, shape] of other.#fields) this.#fieldOf(name).#join(shape)
    for (const [place, shape] of other.#places.entries()) {
      this.#places[place] ??= new StoredShape()
      this.#places[place].#join(shape)
    }
    this.#arrays += other.#arrays
    this.#shortest = Math.min(this.#shortest, other.#shortest)
  }
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : (typeof value as 'boolean' | 'number' | 'string' | 'object')
}
