import { type Static, Type } from 'typebox'

/** A view of the live list that a person keeps. */
const SavedView = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    query: Type.String({ maxLength: 2_000, pattern: '^(\\?.*)?$', description: 'the query of `/live`; it names no person' }),
  },
  { additionalProperties: false },
)
export type SavedView = Static<typeof SavedView>

const VIEWS_MAX = 30
/** `GET` and `PUT /api/v1/me/views`: all views of the caller, the newest first. */
export const SavedViews = Type.Object({ views: Type.Array(SavedView, { maxItems: VIEWS_MAX }) }, { additionalProperties: false })
export type SavedViews = Static<typeof SavedViews>
