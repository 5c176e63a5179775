import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { together } from './together.ts'

test('Where one of several fails, the others have ended before that is told', async () => {
  const ended: string[] = []
  const slow = sleep(20).then(() => ended.push('slow'))
  await expect(together([Promise.reject(new Error('first')), slow, Promise.reject(new Error('second'))])).rejects.toThrow('first')
  expect(ended).toEqual(['slow'])
})
