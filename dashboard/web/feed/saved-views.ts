const KEY = 'fundwatch.views'
const VIEWS_MAX = 30

export interface SavedView {
  readonly name: string
  /** The query of `/live`; it names no person. */
  readonly query: string
}

function isView(value: unknown): value is SavedView {
  const view = value as Partial<SavedView> | null
  return typeof view?.name === 'string' && typeof view.query === 'string'
}

/** The views that this person keeps in this browser. */
export function readViews(username: string, storage: Pick<Storage, 'getItem'> = localStorage): readonly SavedView[] {
  try {
    const views: unknown = JSON.parse(storage.getItem(`${KEY}.${username}`) ?? '[]')
    return Array.isArray(views) ? views.filter(isView) : []
  } catch {
    return []
  }
}

/** Adds a view, in place of one of the same name. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  return [view, ...views.filter(({ name }) => name !== view.name)].slice(0, VIEWS_MAX)
}

export function writeViews(
  username: string,
  views: readonly SavedView[],
  storage: Pick<Storage, 'setItem'> = localStorage,
): void {
  storage.setItem(`${KEY}.${username}`, JSON.stringify(views))
}
