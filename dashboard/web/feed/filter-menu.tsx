import { type FormEvent, useState } from 'react'
import { useSpeech } from '../app/language.tsx'
import { Field } from '../parts/field.tsx'
import { Menu } from '../parts/menu.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import type { FeedAddress } from './feed-address.ts'

interface FilterMenuProps {
  readonly address: FeedAddress
  readonly onChange: (change: Partial<FeedAddress>) => void
}

/** Which detectors, where, and how much money. */
export function FilterMenu({ address, onChange }: FilterMenuProps) {
  const { words } = useSpeech()
  const { feed } = words
  const others = [address.region, address.institution, address.least, address.openOnly, address.mine].filter(Boolean).length
  const { detectors } = address
  const label =
    detectors.length === 0 ? feed.all_detectors : detectors.length === 1 ? detectors[0] : feed.detectors_chosen(detectors.length)
  return (
    <>
      <Menu label={label} testId="detectors">
        <Detectors chosen={detectors} onChange={(chosen) => onChange({ detectors: chosen })} />
      </Menu>
      <Menu label={others > 0 ? `${feed.filters} · ${others}` : feed.filters} testId="filters">
        <OtherFilters key={JSON.stringify(address)} address={address} onChange={onChange} />
      </Menu>
    </>
  )
}

function Detectors({ chosen, onChange }: { chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const { language } = useSpeech()
  const { entries } = useCatalogue()
  return (
    <div className="options">
      {entries.map(({ id, title }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ target }) => onChange(target.checked ? [...chosen, id].sort() : chosen.filter((one) => one !== id))}
          />
          <span className="code">{id}</span> {title[language]}
        </label>
      ))}
    </div>
  )
}

function OtherFilters({ address, onChange }: FilterMenuProps) {
  const { feed } = useSpeech().words
  const [region, setRegion] = useState(address.region)
  const [institution, setInstitution] = useState(address.institution)
  const [least, setLeast] = useState(address.least ? String(address.least) : '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange({ region, institution: institution.trim(), least: Number(least) || 0 })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <Field label={feed.region}>
        {(ids) => (
          <input {...ids} pattern="\d{6}" inputMode="numeric" value={region} onChange={({ target }) => setRegion(target.value)} />
        )}
      </Field>
      <Field label={feed.institution}>
        {(ids) => <input {...ids} maxLength={40} value={institution} onChange={({ target }) => setInstitution(target.value)} />}
      </Field>
      <Field label={feed.min_amount}>
        {(ids) => (
          <input {...ids} type="number" min="0" step="0.01" value={least} onChange={({ target }) => setLeast(target.value)} />
        )}
      </Field>
      <label className="check">
        <input type="checkbox" checked={address.openOnly} onChange={({ target }) => onChange({ openOnly: target.checked })} />
        {feed.only_open}
      </label>
      <label className="check">
        <input type="checkbox" checked={address.mine} onChange={({ target }) => onChange({ mine: target.checked })} />
        {feed.mine}
      </label>
      <button type="submit" className="button primary small">
        {feed.apply}
      </button>
    </form>
  )
}
