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

test('The last event is the last one that came, confirmed or not, and follows no rogue clock before it', () => {
  const watermark = new Watermark()
  expect(watermark.last).toBe(Number.NEGATIVE_INFINITY)
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  watermark.observe('p', 200 * HOUR, 'H1', NOW)
  expect([watermark.at, watermark.last]).toEqual([10 * HOUR - 10 * MINUTE, 200 * HOUR])
  // An event that comes late is not the last.
  watermark.observe('p', 190 * HOUR, 'H1', NOW)
  expect(watermark.last).toBe(200 * HOUR)
  watermark.observe('p', 900 * HOUR, 'H1', NOW)
  watermark.observe('p', 201 * HOUR, 'H1', NOW)
  expect(watermark.last).toBe(273 * HOUR)
  const { clocks, at, seen } = JSON.parse(JSON.stringify({ clocks: watermark.clocks, at: watermark.at, seen: watermark.seen }))
  expect(new Watermark(clocks, at, seen).last).toBe(273 * HOUR)
  watermark.beat('p', 500 * HOUR)
  expect(watermark.last).toBe(500 * HOUR)
})

test('It survives a restart', () => {
  const watermark = new Watermark()
  watermark.observe('p', 10 * HOUR, 'H1', NOW)
  expect(new Watermark(JSON.parse(JSON.stringify(watermark.clocks))).at).toBe(watermark.at)
})
