/** Waits for all, also where one has failed: what is still under way would meet whoever tries again. @throws the first failure */
export async function together(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) if (result.status === 'rejected') throw result.reason
}
