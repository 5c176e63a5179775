import { describe, expect, test } from 'vitest'
import pol19 from '../../detectors/pol/pol-19.ts'
import { type LineGiven, reference, settlement, voidOf } from '../../detectors/testing/events.ts'
import type { Settlement } from '../../schemas/events.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import { StagedMemory } from '../memory/staged.ts'
import { Knowledge } from './knowledge.ts'
import { outboxOf } from './outbox.ts'
import type { Parcel } from './parcel.ts'
import { Shard } from './shard.ts'
import { ownerOf } from './slices.ts'

/** Drug lines that lack their codes, of all that need some: what was bought before codes existed needs none. */
const detectors = [pol19]
const [OLD, NEW] = ['XOLD', 'XNEW']
const HOSPITAL = 'H99010100001'
const OLD_STOCK = reference('no_trace_stock', `${HOSPITAL}:${OLD}`, {})
const GONE = { ...OLD_STOCK, deleted: true }
const LONG_AFTER = { kind: 'heartbeat', time: '2026-03-20 00:00:00' }
const [HERE, THERE] = [ownerOf('institution', HOSPITAL, 2), 1 - ownerOf('institution', HOSPITAL, 2)]
/** Persons whose settlements come to the slice that has not the hospital's memory. */
const PERSONS = Array.from({ length: 40 }, (_, i) => `P${i}`).filter((psn_no) => ownerOf('person', psn_no, 2) === THERE)

const sold = (med_list_codg: string, feedetl_sn: string): LineGiven => ({ med_list_codg, feedetl_sn })
const lacking = settlement({ setl_id: 'LACKING', psn_no: PERSONS[0], feedetail: [sold(NEW, '1')] })
const original = settlement({
  ...{ setl_id: 'ORIGINAL', psn_no: PERSONS[1], setl_time: '2026-03-02 10:05:00' },
  feedetail: [sold(OLD, '1'), sold(OLD, '2'), sold(NEW, '3')],
  drug_trac_info: ['1', '2', '3'].map((feedetl_sn) => ({ feedetl_sn, drug_trac_codg: `8100000000000000000${feedetl_sn}` })),
})
const back = voidOf(original, '2026-03-02 11:00:00')

/** A shard and its memory; a crash leaves the memory. */
class Running {
  readonly memory = new InMemory()
  readonly #make: () => Shard
  readonly #decode = createDecode(Buffer.alloc(32, 7))
  #shard: Shard
  evidence: unknown

  constructor(slices?: { readonly index: number; readonly count: number }) {
    this.#make = () => new Shard(this.memory, { detectors, slices, history_from: Date.UTC(2026, 1, 1) })
    this.#shard = this.#make()
  }

  async hear(wires: readonly object[], parcels: readonly Parcel[] = []): Promise<void> {
    const arrivals = unpack(this.#decode(chunkOfText(wires.map((wire) => JSON.stringify(wire)).join('\n'))).packed)
    const originals = unpack(this.#decode(chunkOfText(JSON.stringify(original))).packed)
    const outcome = this.#shard.push({
      ...{ arrivals, mail: parcels, partition: 'local', now: Date.UTC(2030, 0, 1), matchedVoids: new Map() },
      originalOf: () => originals[0]!.event() as Settlement,
      saysTheSame: () => false,
    })
    await this.memory.commit(outcome.changes)
    this.#shard.release(outcome)
    for (const { evidence } of outcome.alerts) this.evidence = evidence
  }

  crash(): void {
    this.#shard = this.#make()
  }

  /** What it has to tell, each once. */
  async parcels(): Promise<Parcel[]> {
    const outgoing = [...outboxOf(this.memory)]
    await this.memory.commit(outgoing.map(({ key }) => [key, null] as const))
    return outgoing.map(({ bytes }) => JSON.parse(bytes.toString()) as Parcel)
  }
}

async function evidenceAfter(events: readonly object[], batch: number, crashes = false): Promise<unknown> {
  const running = new Running()
  for (let from = 0; from < events.length; from += batch) {
    await running.hear(events.slice(from, from + batch))
    if (crashes) running.crash()
  }
  return running.evidence
}

const NEVER_CAME = { day: '2026-03-02', missing_lines: 1, settlements: 1, drug_lines: 1, missing_share: 1 }

describe('A void takes back what its original was counted as', () => {
  test.each([
    ['a row that came meanwhile', [lacking, original, OLD_STOCK, back, LONG_AFTER]],
    ['a row that has gone meanwhile', [OLD_STOCK, lacking, original, GONE, back, LONG_AFTER]],
    ['a row that went and came again', [OLD_STOCK, lacking, original, GONE, OLD_STOCK, GONE, back, LONG_AFTER]],
  ])('whatever is said by %s', async (_, events) => {
    expect(await evidenceAfter(events, 10_000)).toMatchObject(NEVER_CAME)
    expect(await evidenceAfter(events, 1)).toMatchObject(NEVER_CAME)
    expect(await evidenceAfter(events, 1, true)).toMatchObject(NEVER_CAME)
  })

  test('which is nothing where memory had no part in it any more, so late it came', async () => {
    const later = { kind: 'heartbeat', time: '2026-03-02 10:30:00' }
    expect(await evidenceAfter([lacking, later, original, back, LONG_AFTER], 10_000)).toMatchObject(NEVER_CAME)
    expect(await evidenceAfter([lacking, later, original, back, LONG_AFTER], 1, true)).toMatchObject(NEVER_CAME)
  })

  test('of an older release as what was known when this one began', async () => {
    const running = new Running()
    await running.hear([OLD_STOCK, lacking, original])
    const older = [...running.memory.scan('')].flatMap(([key, value]): [string, Uint8Array][] => {
      if (key.startsWith('i|settlement|')) return [[key, value.subarray(0, 8)]]
      if (!key.startsWith('r|')) return []
      const { known: _, ...row } = JSON.parse(Buffer.from(value).toString())
      return [[key, Buffer.from(JSON.stringify(row))]]
    })
    await running.memory.commit(older)
    running.crash()
    await running.hear([GONE, back, LONG_AFTER])
    expect(running.evidence).toMatchObject(NEVER_CAME)
  })

  test.each([
    ['had not come to it', [], [OLD_STOCK]],
    ['have gone from it', [OLD_STOCK], [GONE]],
  ])('at another slice, which hears rows at its own pace: they %s', async (_, before, meanwhile) => {
    const slices = [0, 1].map((index) => new Running({ index, count: 2 }))
    const [here, there] = [slices[HERE]!, slices[THERE]!]
    const deliver = async () => {
      for (let i = 0; i < 4; i++) {
        await here.hear([], await there.parcels())
        await there.hear([], await here.parcels())
      }
    }
    await here.hear(before)
    await there.hear([lacking])
    await deliver()
    await there.hear([original])
    await deliver()
    await here.hear(meanwhile)
    here.crash()
    await there.hear([back])
    await deliver()
    await Promise.all(slices.map((slice) => slice.hear([LONG_AFTER])))
    await deliver()
    expect(slices[0]!.evidence).toMatchObject(NEVER_CAME)
  })
})

test('What was stored before codes of ICD-10 had capitals is known by them, and what it said before it was replaced too', () => {
  const memory = new InMemory()
  const of = (id: string, row: Record<string, unknown>) =>
    ({ kind: 'reference', table: 'gender_limit', id, row, effective_from: undefined, effective_to: undefined }) as const
  const staged = new StagedMemory(memory)
  const small = (key: string, row: object) => staged.set(key, Buffer.from(JSON.stringify(row)))
  small('r|gender_limit|a', { ...of('a', { code: 'c53', gend: '2' }), deleted: false, known: 1 })
  small('r|gender_limit|c61', { ...of('c61', { gend: '1' }), deleted: false, known: 2 })
  small('r|gender_limit|n', { ...of('n', { code: 'n40', gend: '1' }), deleted: true, known: 4 })
  small('o|gender_limit|n|4', { ...of('n', { code: 'n40', gend: '1' }), known: 3, until: 4 })
  const { book } = new Knowledge(staged, 4)
  for (const code of ['C53', 'C61']) expect(book.lookup('gender_limit', code, 0)).toHaveLength(1)
  expect(book.lookup('gender_limit', 'N40', 0)).toEqual([])
  expect(book.asOf(3).lookup('gender_limit', 'N40', 0)).toHaveLength(1)
  // The same row, imported anew with capitals, says nothing new.
  expect(book.put('gender_limit', of('a', { code: 'C53', gend: '2' }), false)).toBe(1)
})
