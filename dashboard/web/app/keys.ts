import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, () => void>>

const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'
/** After G a second key says where to go, within this time. */
const SEQUENCE_MS = 1_200

const layers: { current: KeyMap }[] = []
let prefix = ''
let prefixUntil = 0
let muted = 0

/** A dialog keeps the keys of the page beneath it silent; returns the way to end that. */
export function muteKeys(): () => void {
  muted++
  return () => {
    muted--
  }
}

function nameOf({ key, shiftKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key
  return shiftKey && /^[a-z]$/.test(name) ? `Shift+${name}` : name
}

function onKey(event: KeyboardEvent): void {
  const inField = event.target instanceof Element && event.target.matches(FIELDS)
  if (muted > 0 || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  if (inField && event.key !== 'Escape') return
  const name = nameOf(event)
  const whole = performance.now() < prefixUntil ? `${prefix} ${name}` : name
  prefix = ''
  prefixUntil = 0
  for (const layer of [...layers].reverse()) {
    const act = layer.current[whole]
    if (!act) continue
    event.preventDefault()
    act()
    return
  }
  if (layers.some((layer) => Object.keys(layer.current).some((key) => key.startsWith(`${name} `)))) {
    prefix = name
    prefixUntil = performance.now() + SEQUENCE_MS
  }
}

/** Keys that mean something while the caller is shown: `j`, `Shift+j`, `Enter`, or two in a row as `g l`. The last comer wins. */
export function useKeys(keys: KeyMap): void {
  const layer = useRef(keys)
  layer.current = keys
  useEffect(() => {
    if (layers.length === 0) addEventListener('keydown', onKey)
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      if (layers.length === 0) removeEventListener('keydown', onKey)
    }
  }, [])
}
