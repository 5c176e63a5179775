import { type RefObject, useEffect } from 'react'
import type { LiveFeed } from './live-feed.ts'

/** How far the list may be scrolled before it counts as being read. */
const SCROLL_SLACK = 8

interface Reasons {
  readonly paused: boolean
  readonly selecting: boolean
}

/** Holds the list while it is read: paused, under the pointer, scrolled, being selected from, or with text marked in it. */
export function useHold(live: LiveFeed, list: RefObject<HTMLElement | null>, { paused, selecting }: Reasons): void {
  useEffect(() => live.hold('paused', paused), [live, paused])
  useEffect(() => live.hold('selecting', selecting), [live, selecting])
  useEffect(() => {
    const element = list.current!
    const enter = ({ pointerType, target }: PointerEvent) =>
      live.hold('pointer', pointerType === 'mouse' && target instanceof Element && target.closest('.rows, .groups') !== null)
    const leave = () => live.hold('pointer', false)
    const scroll = ({ target }: Event) => live.hold('scrolled', target instanceof Element && target.scrollTop > SCROLL_SLACK)
    const marked = () => {
      const selection = getSelection()
      live.hold('marked', Boolean(selection && !selection.isCollapsed && element.contains(selection.anchorNode)))
    }
    element.addEventListener('pointerover', enter)
    element.addEventListener('pointerleave', leave)
    element.addEventListener('scroll', scroll, { capture: true, passive: true })
    document.addEventListener('selectionchange', marked)
    return () => {
      element.removeEventListener('pointerover', enter)
      element.removeEventListener('pointerleave', leave)
      element.removeEventListener('scroll', scroll, { capture: true })
      document.removeEventListener('selectionchange', marked)
      for (const reason of ['pointer', 'scrolled', 'marked', 'selecting', 'paused']) live.hold(reason, false)
    }
  }, [live, list])
}
