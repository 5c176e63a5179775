import { expect, test } from 'vitest'
import { permutations } from '../../testing/shuffles.ts'
import { inTime, restingOn, visitOf } from './remembered.ts'

const settled = (id: string, at: number, fixmedins_code: string) => ({ id, at, fixmedins_code, admdvs: '', insu_admdvs: '' })

test('A finding names each settlement once, by time and id, and lies where the last of them does', () => {
  const all = [settled('B', 1, 'H1'), settled('A', 1, 'H2'), settled('C', 0, 'H3'), settled('B', 1, 'H1')]
  for (const order of permutations(all))
    expect(restingOn('P1', order)).toMatchObject({ setl_ids: ['C', 'A', 'B'], at: 1, fixmedins_code: 'H1', psn_no: 'P1' })
})

test('Of two at one time the smaller id comes first', () => {
  const [a, b] = ['A', 'B'].map((id) => ({ id, at: 1 }))
  expect([inTime(a!, b!), inTime(b!, a!), inTime(a!, a!), inTime({ id: 'A', at: 2 }, b!)].map(Math.sign)).toEqual([-1, 1, 0, 1])
})

test('A settlement of no visit is its own', () => {
  expect([visitOf({ mdtrt_id: 'M', setl_id: 'S' }), visitOf({ mdtrt_id: '', setl_id: 'S' })]).toEqual(['M', 'S'])
})
