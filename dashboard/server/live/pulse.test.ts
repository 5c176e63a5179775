import { expect, it, vi } from 'vitest'
import { Pulse } from './pulse.ts'

it('serves at one beat all who have joined, those who keep up first, each once', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const served: string[] = []
    let beats = 0
    const pulse = new Pulse(100, () => {
      beats++
    })
    const member = (name: string, keepsUp: boolean) => ({ keepsUp, pump: () => void served.push(name) })
    const [slow, quick, gone] = [member('slow', false), member('quick', true), member('gone', true)]
    for (const one of [slow, quick, quick, gone]) pulse.join(one)
    pulse.leave(gone)
    vi.advanceTimersByTime(1)
    expect(served).toEqual(['quick', 'slow'])
    pulse.join(quick)
    vi.advanceTimersByTime(90)
    expect([served.length, beats]).toEqual([2, 1])
    vi.advanceTimersByTime(10)
    expect([served.length, beats]).toEqual([3, 2])
    vi.advanceTimersByTime(1_000)
    expect(beats).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})
