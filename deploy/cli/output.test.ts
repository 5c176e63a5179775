import { expect, test, vi } from 'vitest'
import { Progress } from './output.ts'

test('Long work tells its rate, its share and the time that is left, as far as they are known', () => {
  const written: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
  const [replay, pipe, simulation] = [new Progress('events'), new Progress('events'), new Progress('settlements', 4_000)]
  now = 10_000
  replay.showShare(20_000, 0.25)
  pipe.showShare(20_000)
  simulation.show(1_000)
  replay.showShare(20_001, 0.26)
  clock.mockRestore()
  write.mockRestore()
  expect(written).toEqual([
    '20000 events, 2000/s, 25.0 %, 30 s left\n',
    '20000 events, 2000/s\n',
    '1000 settlements, 100/s, 25.0 %, 30 s left\n',
  ])
})
