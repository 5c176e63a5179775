import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { type Language, WORDS, type Words } from '../words/words.ts'

const KEY = 'fundwatch.language'

interface Speech {
  readonly language: Language
  readonly words: Words
  readonly setLanguage: (language: Language) => void
}

const Spoken = createContext<Speech | undefined>(undefined)

/** `?lang=en` in a link chooses the language once; it is then remembered, and leaves the address. */
function firstLanguage(): Language {
  const url = new URL(location.href)
  const asked = url.searchParams.get('lang')
  if (asked !== null) {
    url.searchParams.delete('lang')
    history.replaceState(null, '', url.pathname + url.search)
  }
  if (asked === 'zh' || asked === 'en') localStorage.setItem(KEY, asked)
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, set] = useState(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const speech = useMemo(
    () => ({
      language,
      words: WORDS[language],
      setLanguage: (next: Language) => {
        localStorage.setItem(KEY, next)
        set(next)
      },
    }),
    [language],
  )
  return <Spoken value={speech}>{children}</Spoken>
}

export function useSpeech(): Speech {
  const speech = useContext(Spoken)
  if (!speech) throw new Error('Words are spoken inside LanguageProvider only.')
  return speech
}

export const useWords = (): Words => useSpeech().words
