import { SavedViews } from '../../../schemas/workflow.ts'
import { READERS } from '../access/caller.ts'
import { type App, callerOf } from '../app.ts'
import type { Database } from '../database/database.ts'
import { described } from './described.ts'

/** The views of the live list that a person keeps, wherever he signs in. */
export function viewRoutes(app: App, { database }: { database: Database }): void {
  const config = { access: READERS }

  app.get(
    '/me/views',
    { config, schema: described('session', 'One’s own views of the live list', { answer: SavedViews }) },
    async (request) => {
      const [kept] = await database.query<SavedViews>('SELECT views FROM saved_views WHERE username = $1', [
        callerOf(request).username,
      ])
      return { views: kept?.views ?? [] }
    },
  )

  app.put(
    '/me/views',
    { config, schema: described('session', 'Replace one’s own views', { body: SavedViews, answer: SavedViews }) },
    async (request) => {
      const { views } = request.body
      await database.query(
        'INSERT INTO saved_views VALUES ($1, $2) ON CONFLICT (username) DO UPDATE SET views = excluded.views',
        [callerOf(request).username, JSON.stringify(views)],
      )
      return { views }
    },
  )
}
