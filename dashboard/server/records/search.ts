import { type Static, Type } from 'typebox'
import type { Scope } from '../access/caller.ts'
import { maskNumber } from '../alerts/mask.ts'
import type { AlertReader } from '../alerts/reader.ts'
import type { Records } from '../ports.ts'
import { placeSql } from './place.ts'

const NAMED_SHOWN = 20
const ALERT_ID = /^[0-9a-f]{32}$/
/** Names shorter than this find too much. */
const NAME_MIN = 2

/** Something that was found; a person is named by a settlement that leads to them. */
export const Hit = Type.Object({
  type: Type.String(),
  id: Type.String({ description: 'masked where it is a person' }),
  label: Type.String(),
  settlement: Type.Optional(Type.String({ description: 'leads to the person' })),
})
type Hit = Static<typeof Hit>

/** Everything whose whole number is `q`, and institutions and items whose name holds it. Parts of a person's number find nothing. */
export async function search(
  { records, alerts }: { records: Records; alerts: AlertReader },
  scope: Scope,
  q: string,
): Promise<Hit[]> {
  const { conditions, params } = placeSql(scope)
  const where = conditions.join(' AND ')
  const asked = { ...params, q }
  const one = <T>(sql: string) => records.query<T>(sql, asked)
  const [settlements, persons, doctors, traces, named, alert] = await Promise.all([
    one<{ setl_id: string }>(
      `SELECT setl_id FROM settlement WHERE (setl_id = {q:String} OR mdtrt_id = {q:String}) AND ${where} ORDER BY setl_id LIMIT 20`,
    ),
    one<{ setl_id: string }>(
      `SELECT setl_id FROM settlement WHERE psn_no = {q:String} AND ${where} ORDER BY setl_time DESC LIMIT 1`,
    ),
    one<{ n: number }>(
      `SELECT 1 AS n FROM settlement
       WHERE (chfpdr_code = {q:String} OR setl_id IN (SELECT setl_id FROM fee_line WHERE bilg_dr_codg = {q:String})) AND ${where} LIMIT 1`,
    ),
    one<{ n: number }>(
      `SELECT 1 AS n FROM settlement
       WHERE setl_id IN (SELECT setl_id FROM trace_use WHERE drug_trac_codg = {q:String}) AND ${where} LIMIT 1`,
    ),
    records.query<{ table: string; id: string; name: string }>(
      `SELECT table, id, JSONExtractString(argMax(row, version), 'name') AS name FROM reference_row
       WHERE (table, id) IN (SELECT table, id FROM reference_row
         WHERE table IN ('institution', 'item', 'doctor')
           AND (id = {q:String} OR ({by_name:Bool} AND table != 'doctor' AND positionCaseInsensitiveUTF8(row, {q:String}) > 0))
           AND (table != 'institution' OR arrayExists(p -> startsWith(JSONExtractString(row, 'admdvs'), p), {scope:Array(String)})))
           AND (table != 'institution' OR empty({institutions:Array(String)}) OR has({institutions:Array(String)}, id))
       GROUP BY table, id HAVING NOT argMax(deleted, version) AND (id = {q:String} OR positionCaseInsensitiveUTF8(name, {q:String}) > 0)
       ORDER BY table, id LIMIT {named:UInt32}`,
      { ...asked, by_name: q.length >= NAME_MIN, named: NAMED_SHOWN },
    ),
    ALERT_ID.test(q) ? alerts.one(scope, q) : undefined,
  ])
  const doctorKnown = named.some(({ table, id }) => table === 'doctor' && id === q)
  return [
    ...(alert ? [{ type: 'alert', id: alert.alert_id, label: alert.title }] : []),
    ...settlements.map(({ setl_id }) => ({ type: 'settlement', id: setl_id, label: '' })),
    ...persons.map(({ setl_id }) => ({ type: 'person', id: maskNumber(q), label: '', settlement: setl_id })),
    ...named.map(({ table, id, name }) => ({ type: table, id, label: table === 'doctor' ? '' : name })),
    ...(doctors.length > 0 && !doctorKnown ? [{ type: 'doctor', id: q, label: '' }] : []),
    ...(traces.length > 0 ? [{ type: 'trace', id: q, label: '' }] : []),
  ]
}
