/** By these the system ends a process whose memory is damaged or exhausted. */
const FATAL = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV'] as const

/**
 * Gives fatal signals back to the system: the embedded engine takes them when it is opened, and then lets a process that has to
 * die stand still for five minutes first, in which no supervisor can tell that it is dead.
 */
export function dieAtOnce(): void {
  const heed = () => {}
  // Whoever stops listening to a signal leaves it to the system.
  for (const signal of FATAL) process.on(signal, heed).off(signal, heed)
}
