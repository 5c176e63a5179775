import { expect, test } from 'vitest'
import { excessOver } from './excess.ts'

const line = (feedetl_sn: string, cnt: number, inscp: number) => ({ setl_id: 'S', feedetl_sn, cnt, inscp })

test('The limit itself is no excess', () => {
  expect(excessOver(3, [line('1', 1, 1000), line('2', 2, 2000)])).toBeUndefined()
  expect(excessOver(0.3, [line('1', 0.1, 100), line('2', 0.2, 200)])).toBeUndefined()
})

test('The amount is the share above the limit; the newest lines bear it, each up to its own amount', () => {
  const excess = excessOver(1, [line('1', 1, 1000), line('2', 1, 1000), line('3', 1, 400)])
  expect(excess).toMatchObject({ total: 3, vola_amt: 1600 })
  expect(excess!.lines.map(({ feedetl_sn, vola_item_type, vola_amt }) => [feedetl_sn, vola_item_type, vola_amt])).toEqual([
    ['1', 1, 200],
    ['2', 1, 1000],
    ['3', 1, 400],
  ])
})

test('A line that nobody paid still broke the limit', () => {
  expect(excessOver(1, [line('1', 1, 0), line('2', 1, 0)])!.lines).toMatchObject([
    { vola_item_type: 2 },
    { vola_item_type: 1, vola_amt: 0 },
  ])
})
