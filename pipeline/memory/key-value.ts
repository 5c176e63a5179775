/** Changes of one batch, each key once: a value, or `null` for a deletion. */
export type Changes = Iterable<readonly [key: string, value: Uint8Array | null, ...rest: unknown[]]>

/**
 * The pipeline's memory: an ordered key-value store whose only write is an atomic commit. Detector memory, identities,
 * open alerts and the next offset are written in one commit, so that a crash always finds them in agreement.
 */
export interface KeyValue {
  get(key: string): Uint8Array | undefined
  /** Entries whose key starts with the prefix, in key order; from a key on, where one is given. */
  scan(prefix: string, from?: string): Iterable<readonly [string, Uint8Array]>
  /** All or nothing; resolves when the change survives the death of the process. */
  commit(changes: Changes): Promise<void>
  close(): Promise<void>
}
