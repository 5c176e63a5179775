import { expect, test } from 'vitest'
import detector from '../../detectors/med/med-11.ts'
import { reference, settlement } from '../../detectors/testing/events.ts'
import type { Settlement } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import { Shard } from './shard.ts'

const pair = reference('interaction', 'i', { code_a: 'XWARFARIN', code_b: 'XASPIRIN', text: '出血风险增加' })
const order = (setl_id: string, med_list_codg: string, setl_time: string) =>
  settlement({ setl_id, setl_time, feedetail: [{ med_list_codg, prd_days: 14 }] })
const normalise = createNormaliser((value) => value)

function shardAfter(...events: object[]) {
  const shard = new Shard(new InMemory(), { detectors: [detector] })
  const text = events.map((event) => JSON.stringify(event)).join('\n')
  const arrivals = unpack(createDecode(Buffer.alloc(32, 7))(chunkOfText(text)).packed)
  const outcome = shard.push({
    ...{ arrivals, partition: 'local', now: Date.UTC(2030, 0, 1), matchedVoids: new Map() },
    ...{ originalOf: () => undefined, saysTheSame: () => false },
  })
  return { shard, outcome }
}

test('A rule of the screen alone raises no alert in the stream, but remembers what the person has been given', () => {
  const { shard, outcome } = shardAfter(
    pair,
    order('S1', 'XWARFARIN', '2026-03-02 10:00:00'),
    order('S2', 'XASPIRIN', '2026-03-03 10:00:00'),
  )
  expect(outcome.alerts).toEqual([])
  const ask = (setl_time: string) => {
    const draft = normalise('settlement', order('DRAFT', 'XASPIRIN', setl_time)) as unknown as Settlement
    return shard.screen(draft).said.map(({ detector: { id }, finding }) => [id, finding.vola_amt, finding.setl_ids])
  }
  expect(ask('2026-03-10 10:00:00')).toEqual([['MED-11', 0, ['S1', 'DRAFT']]])
  expect(ask('2026-03-16 10:00:00')).toEqual([])
})
