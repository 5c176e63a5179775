import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { client } from '../app/client.ts'
import { useSpeech } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'

export type ParamSource = 'law' | 'local' | 'default'

export interface ParamValue {
  readonly value: unknown
  readonly source: ParamSource
  readonly note?: string
  readonly since?: string
  readonly region?: string
}

/** A detector as the catalogue tells it, as far as the page shows it. */
export interface CatalogueEntry {
  readonly id: string
  readonly version: number
  readonly title: { readonly zh: string; readonly en: string }
  readonly category?: string
  readonly result?: string
  readonly stages?: readonly string[]
  readonly behaviour?: string
  readonly status?: string
  readonly basis?: readonly { readonly law: string; readonly article: string }[]
  readonly params: Readonly<Record<string, readonly ParamValue[]>>
  readonly example_sentence?: { readonly zh: string; readonly en: string }
}

interface Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly entryOf: (id: string) => CatalogueEntry | undefined
  /** The title in the language of the page; `otherwise` where the catalogue does not know the detector. */
  readonly titleOf: (id: string, otherwise: string) => string
  readonly failure: unknown
  readonly loading: boolean
}

const Known = createContext<Catalogue | undefined>(undefined)

/** The detectors, read once for all screens. */
export function CatalogueProvider({ reads, children }: { reads: boolean; children: ReactNode }) {
  const { language } = useSpeech()
  const { data, error, loading } = useLoad(reads ? 'catalogue' : '', () => client.get<{ rows: CatalogueEntry[] }>('/detectors'))
  const catalogue = useMemo<Catalogue>(() => {
    const entries = data?.rows ?? []
    const byId = new Map(entries.map((entry) => [entry.id, entry]))
    return {
      entries,
      entryOf: (id) => byId.get(id),
      titleOf: (id, otherwise) => byId.get(id)?.title[language] ?? otherwise,
      failure: error,
      loading,
    }
  }, [data, error, loading, language])
  return <Known value={catalogue}>{children}</Known>
}

export function useCatalogue(): Catalogue {
  const catalogue = useContext(Known)
  if (!catalogue) throw new Error('There is a catalogue inside CatalogueProvider only.')
  return catalogue
}
