import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FundwatchError } from '../../schemas/errors.ts'
import { closeLog, log, logFailure, logUnforeseen, openLog } from './log.ts'

let lines: string[]
beforeEach(() => {
  lines = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
})
afterEach(() => {
  closeLog()
  vi.restoreAllMocks()
})

const rows = () => lines.map((line) => JSON.parse(line))

test('A service writes one line of JSON for each thing it tells, in the form of the server’s own', () => {
  openLog({ log_format: 'json', log_level: 'info' })
  log('info', 'slice 2 of 6 is here', { code: 'SLICE_HERE', slice: 2 })
  logFailure(new FundwatchError('KAFKA_FAILED', 'a broker is\naway'), 'warn')
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
  expect(rows()).toEqual([
    expect.objectContaining({ level: 30, code: 'SLICE_HERE', slice: 2, msg: 'slice 2 of 6 is here', pid: process.pid }),
    expect.objectContaining({ level: 40, code: 'KAFKA_FAILED', msg: 'a broker is\naway', time: expect.any(Number) }),
  ])
})

test('What an engine quotes of a row names no person, and offsets stay', () => {
  openLog({ log_format: 'json', log_level: 'warn' })
  logFailure(new Error('Cannot parse 990102194912310028, P0000000017, 13800990017, 99010219491231002X at offset 123456789'))
  expect(rows()).toMatchObject([{ level: 50, code: 'FAILED', msg: 'Cannot parse ****, ****, ****, **** at offset 123456789' }])
})

test('What nobody has foreseen leads to its places, on one line and without what it quotes', () => {
  openLog({ log_format: 'json', log_level: 'info' })
  logUnforeseen(new TypeError('no 990102194912310028\nhere'))
  expect(rows()).toMatchObject([{ level: 50, code: 'FAILED', msg: 'no ****\nhere' }])
  expect(rows()[0].stack).toMatch(/^ {4}at .*log\.test/)
})

test('Below the level that is set nothing is written', () => {
  openLog({ log_format: 'json', log_level: 'error' })
  log('info', 'something')
  logFailure(new Error('else'), 'warn')
  expect(lines).toEqual([])
})

test('On a terminal, and of a command that ends, a line is a sentence', () => {
  log('warn', 'there is no setting X', { code: 'CONFIG_UNKNOWN' })
  openLog({ log_format: 'text', log_level: 'info' })
  log('info', 'slice 2 of 6 is here')
  expect(lines).toEqual(['fundwatch: CONFIG_UNKNOWN: there is no setting X\n', 'fundwatch: slice 2 of 6 is here\n'])
})
