import { useState } from 'react'
import { MEASURES } from '../../../schemas/workflow/words.ts'
import type { MeasureOrder } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'

type Code = MeasureOrder['code']
type Detail = 'amount' | 'due' | 'months' | 'multiple' | 'doctor' | 'points'

/** What each measure must say besides its name. */
const DETAILS: Readonly<Record<Code, readonly Detail[]>> = {
  REFUSE: ['amount'],
  RECOVER: ['amount', 'due'],
  RECTIFY: ['due'],
  INTERVIEW: [],
  SUSPEND: ['months'],
  TERMINATE: [],
  PENALTY: ['amount', 'multiple'],
  TRANSFER: [],
  POINTS: ['doctor', 'points'],
  CREDIT: ['points'],
  SUSPEND_PSN: ['months'],
}
const NUMBERS: ReadonlySet<Detail> = new Set(['amount', 'months', 'multiple', 'points'])

type Filled = Readonly<Partial<Record<Code, Readonly<Partial<Record<Detail, string>>>>>>

function ordersOf(filled: Filled): MeasureOrder[] {
  return Object.entries(filled).map(([code, details]) => {
    const given = Object.entries(details ?? {}).filter(([, value]) => value !== '')
    const typed = given.map(([name, value]) => [name, NUMBERS.has(name as Detail) ? Number(value) : value])
    return { code: code as Code, ...Object.fromEntries(typed) }
  })
}

/** One or more measures, each with what it must say. */
export function MeasuresField({ onChange }: { onChange: (measures: MeasureOrder[]) => void }) {
  const { work } = useWords()
  const [filled, setFilled] = useState<Filled>({})
  const change = (next: Filled) => {
    setFilled(next)
    onChange(ordersOf(next))
  }
  const toggle = (code: Code, on: boolean) => {
    const { [code]: gone, ...rest } = filled
    change(on ? { ...rest, [code]: gone ?? {} } : rest)
  }
  const names = {
    amount: work.amount,
    due: work.due,
    months: work.months,
    multiple: work.multiple,
    doctor: work.doctor,
    points: work.points,
  }
  return (
    <fieldset className="choice">
      <legend>{work.measure}</legend>
      {MEASURES.map((code) => (
        <div key={code} className="measure">
          <label>
            <input type="checkbox" checked={code in filled} onChange={({ target }) => toggle(code, target.checked)} />
            {work.measures[code]}
          </label>
          {code in filled &&
            DETAILS[code].map((detail) => (
              <label key={detail} className="detail">
                {names[detail]}
                <input
                  required
                  type={detail === 'due' ? 'date' : NUMBERS.has(detail) ? 'number' : 'text'}
                  min="0"
                  step={detail === 'amount' ? '0.01' : '1'}
                  value={filled[code]?.[detail] ?? ''}
                  onChange={({ target }) => change({ ...filled, [code]: { ...filled[code], [detail]: target.value } })}
                />
              </label>
            ))}
        </div>
      ))}
    </fieldset>
  )
}
