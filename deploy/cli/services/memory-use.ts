import { readFileSync } from 'node:fs'

/** Anonymous memory of this process, MiB: the mapped pages of LMDB belong to the system's cache and do not count. */
export function anonymousMegabytes(): number {
  try {
    const match = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (match) return Number(match[1]) / 1024
  } catch {
    // Not Linux: the resident size is the nearest thing there is.
  }
  return process.memoryUsage().rss / 1024 / 1024
}

/** Watches the peak until it is stopped. */
export function watchPeak(): { stop(): number } {
  let peak = anonymousMegabytes()
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymousMegabytes())
  }, 200)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return Math.round(Math.max(peak, anonymousMegabytes()))
    },
  }
}
