import type { SavedView } from '../../../schemas/workflow.ts'

/** As many as the server keeps. */
const VIEWS_MAX = 30

/** Adds a view, in place of one of the same name. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  return [view, ...views.filter(({ name }) => name !== view.name)].slice(0, VIEWS_MAX)
}
