import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../schemas/time.ts'
import { Watermark } from './watermark.ts'

const NOW = 1_000 * HOUR

test('The watermark is the highest event time minus ten minutes and never goes back', () => {
  const watermark = new Watermark()
  expect(watermark.at).toBe(Number.NEGATIVE_INFINITY)
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  watermark.observe('p', 9 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(10 * HOUR - 10 * MINUTE)
})

test('The slowest partition that still has something to say holds it back', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  watermark.observe('q', 8 * HOUR, 'H1', NOW)
  watermark.observe('p', 12 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(10 * HOUR - 10 * MINUTE)
  watermark.reading([])
  expect(watermark.at).toBe(12 * HOUR - 10 * MINUTE)
})

test('A partition that is being read and has not spoken yet holds everybody back until it rests', () => {
  const watermark = new Watermark()
  watermark.reading(['p', 'q'])
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(Number.NEGATIVE_INFINITY)
  watermark.reading(['p'])
  expect(watermark.at).toBe(10 * HOUR - 10 * MINUTE)
})

test('A partition that rests holds nobody back until something comes of it', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  watermark.observe('q', 8 * HOUR, 'H1', NOW)
  watermark.reading([])
  watermark.observe('p', 12 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(12 * HOUR - 10 * MINUTE)
  watermark.observe('q', 11 * HOUR, 'H1', NOW)
  watermark.observe('p', 14 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(12 * HOUR - 10 * MINUTE)
})

test('A jump of more than six hours waits for a second institution, and the nearer of the two is believed', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  watermark.observe('p', 40 * HOUR, 'H1', NOW)
  watermark.observe('p', 41 * HOUR, 'H1', NOW)
  expect(watermark.at).toBe(10 * HOUR - 10 * MINUTE)
  watermark.observe('p', 20 * HOUR, 'H2', NOW)
  expect(watermark.at).toBe(20 * HOUR - 10 * MINUTE)
})

test('An event beyond the arrival clock does not move it; a heartbeat always does', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', 10 * HOUR)
  watermark.observe('p', 11 * HOUR, 'H1', 10 * HOUR)
  expect(watermark.at).toBe(10 * HOUR - 10 * MINUTE)
  watermark.beat('p', 500 * HOUR)
  expect(watermark.at).toBe(500 * HOUR - 10 * MINUTE)
})

test('It survives a restart', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  expect(new Watermark(JSON.parse(JSON.stringify(watermark.clocks))).at).toBe(watermark.at)
})
