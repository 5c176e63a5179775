import type { ReactNode } from 'react'
import { useSpeech } from '../../app/language.tsx'
import { isPlain, listOf, numberOf, type Plain, textOf, timeOf } from './reading.ts'
import { type Bar, Strip } from './strip.tsx'

const DAY = 24 * 60 * 60_000

/** One filling of a drug as a bar as long as it lasts. */
function fillBar(row: Plain, tone: Bar['tone']): Bar | undefined {
  const from = timeOf(row.setl_time)
  const days = numberOf(row.supply_days)
  if (from === undefined || days === undefined || days <= 0) return undefined
  const label = [textOf(row.generic), textOf(row.fixmedins_code)].filter(Boolean).join(' · ')
  return { label, from, to: from + days * DAY, tone }
}

const isBar = (bar: Bar | undefined): bar is Bar => bar !== undefined

/** Drugs that were filled, each as long as it lasts: fills that lie over one another are a supply for twice the days. */
export function supplyPicture({ fills, overlaps }: Plain): ReactNode {
  const pairs = listOf(overlaps).flatMap(({ earlier, later }) => [
    isPlain(earlier) ? fillBar(earlier, 'plain') : undefined,
    isPlain(later) ? fillBar(later, 'strong') : undefined,
  ])
  const bars = [...listOf(fills).map((row) => fillBar(row, row.over === true ? 'strong' : 'plain')), ...pairs].filter(isBar)
  return bars.length > 0 ? <SupplyStrip bars={bars} /> : null
}

function SupplyStrip({ bars }: { bars: readonly Bar[] }) {
  const words = useSpeech().words.alert.pictures
  const days = bars.reduce((sum, { from, to }) => sum + Math.round((to - from) / DAY), 0)
  return <Strip summary={`${words.supplied}: ${words.days(String(days))}`} bars={bars} marks={[]} />
}
