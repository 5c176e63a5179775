import { expect, it } from 'vitest'
import { formatArticle } from '../../../dashboard/web/parts/format.ts'
import { lawName } from '../../../dashboard/web/words/laws.ts'
import { findDetectors } from '../../../pipeline/catalogue.ts'

it('cites the laws of every detector in English without a Chinese word', async () => {
  const cited = (await findDetectors()).flatMap(({ basis }) =>
    basis.flatMap(({ law, article }) => [lawName(law, 'en'), formatArticle(article, 'en')]),
  )
  expect([...new Set(cited)].filter((text) => /\p{Script=Han}/u.test(text))).toEqual([])
})
