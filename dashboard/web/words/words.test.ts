import { expect, it } from 'vitest'
import { WORDS } from './words.ts'

const CHINESE = /\p{Script=Han}/u

function* texts(value: unknown, path: string): Generator<[path: string, text: string]> {
  if (typeof value === 'string') yield [path, value]
  else if (typeof value === 'function') yield [path, String(value(2, 1))]
  else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) yield* texts(item, `${path}.${name}`)
  }
}

it('says everything in English without a Chinese word, but for the name of the other language', () => {
  const left = [...texts(WORDS.en, 'en')].filter(([path, text]) => CHINESE.test(text) && path !== 'en.common.other_language')
  expect(left).toEqual([])
})

it('says everything in Chinese, but for codes and keys', () => {
  const neutral =
    /^zh\.(common\.other_language|alert\.article|common\.and|app\.keys\.\d+\.0|work\.submit|records\.fields\.drg_code)$/
  const left = [...texts(WORDS.zh, 'zh')].filter(([path, text]) => text !== '' && !CHINESE.test(text) && !neutral.test(path))
  expect(left).toEqual([])
})

it('has the same words in both languages', () => {
  const names = (language: 'zh' | 'en') => [...texts(WORDS[language], '')].map(([path]) => path)
  expect(names('en')).toEqual(names('zh'))
})
