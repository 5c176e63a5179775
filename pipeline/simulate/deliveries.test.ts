import { describe, expect, it } from 'vitest'
import { Deliveries } from './deliveries.ts'
import { Random } from './random.ts'

function receiveAll(deliveries: Deliveries, until = Number.POSITIVE_INFINITY): string[] {
  const received: string[] = []
  for (let line = deliveries.receive(until); line !== undefined; line = deliveries.receive(until)) received.push(line)
  return received
}

describe('deliveries', () => {
  it('come in the order of their arrival, those of one second in the order of sending', () => {
    const random = new Random('order')
    const deliveries = new Deliveries()
    const sent = Array.from({ length: 500 }, (_, i) => ({ arrival: random.below(60), name: String(i) }))
    for (const { arrival, name } of sent) deliveries.send(arrival, name)
    expect(receiveAll(deliveries)).toEqual(sent.toSorted((a, b) => a.arrival - b.arrival).map((each) => each.name))
  })

  it('wait for their moment', () => {
    const deliveries = new Deliveries()
    deliveries.send(10, 'now')
    deliveries.send(11, 'later')
    expect(receiveAll(deliveries, 10)).toEqual(['now'])
    expect(receiveAll(deliveries, 11)).toEqual(['later'])
    expect(deliveries.latest).toBe(11)
  })

  it('are made when they arrive, and may send others', () => {
    const deliveries = new Deliveries()
    deliveries.send(5, () => {
      deliveries.send(7, 'its echo')
      return 'made'
    })
    deliveries.send(6, 'between')
    expect(receiveAll(deliveries)).toEqual(['made', 'between', 'its echo'])
  })
})
