import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { jsonSchemas } from './json-schema.ts'

const schemas = jsonSchemas()
const checks = new Map([...schemas].map(([name, schema]) => [name, Compile(schema)]))
const accepts = (name: string, value: unknown) => checks.get(name)!.Check(value)

test('Every shape is published under its name', () => {
  expect([...schemas.keys()]).toEqual(
    expect.arrayContaining(['settlement', 'void', 'heartbeat', 'reference', 'reference.item', 'alert', 'wire.up', 'wire.down']),
  )
})

test('A schema is plain JSON, and says what is mandatory', () => {
  const settlement = JSON.parse(JSON.stringify(schemas.get('settlement')))
  expect(settlement.required).toEqual([
    'kind',
    'setl_id',
    'psn_no',
    'insutype',
    'insu_admdvs',
    'fixmedins_code',
    'med_type',
    'setl_time',
    'medfee_sumamt',
    'fund_pay_sumamt',
  ])
  const [lines] = settlement.properties.feedetail.anyOf
  expect(lines.items.required).toEqual(['feedetl_sn', 'fee_ocur_time', 'med_list_codg', 'cnt', 'pric', 'det_item_fee_sumamt'])
})

test('Wrong types are refused, missing and unknown fields are not', () => {
  expect(accepts('heartbeat', { kind: 'heartbeat', time: '2026-01-05 09:31:07' })).toBe(true)
  expect(accepts('heartbeat', { kind: 'heartbeat', time: 5 })).toBe(false)
  expect(accepts('heartbeat', { kind: 'void', time: '2026-01-05 09:31:07' })).toBe(false)
  expect(accepts('reference', { kind: 'reference', table: 'item', id: 'X', row: { anything: 1 } })).toBe(true)
  expect(accepts('reference', { kind: 'reference', table: 'nonsense', id: 'X' })).toBe(false)
  expect(accepts('reference.item', { name: null, tags: ['ct'], local: true })).toBe(true)
  expect(accepts('reference.item', { tags: 'ct' })).toBe(false)
  expect(accepts('reference.institution', { agreement: [{ from: null, to: '2026-12-31' }] })).toBe(true)
  expect(accepts('reference.institution', { agreement: [{ status: 'ended' }] })).toBe(false)
  expect(accepts('reference.person', { insured: [{ from: '2025-01-01' }] })).toBe(true)
  expect(accepts('wire.up', { type: 'hello', version: 1 })).toBe(true)
  expect(accepts('wire.up', { type: 'welcome', version: 1 })).toBe(false)
})
