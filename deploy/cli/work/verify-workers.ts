import { resolve } from 'node:path'
import { findDetectors, selectDetectors } from '../../../pipeline/catalogue.ts'
import { judgingSince } from '../../../pipeline/region/late-hearers.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import type { Range } from '../../../pipeline/verify/coverage.ts'
import { recordAsMemory } from '../../../pipeline/verify/record-memory.ts'
import { type Verification, verify } from '../../../pipeline/verify/verify.ts'
import { storeOptions } from '../services/pipeline.ts'
import type { Config } from '../settings/config.ts'
import { askBrokers } from './broker-bounds.ts'

/** What workers have written, reconciled with itself and with the brokers. Their memories lie on their machines. */
export async function verifyWorkers(config: Config, range?: Range): Promise<Verification & { readonly broker: string }> {
  const store = openStore(storeOptions(config, resolve(config.data_dir)))
  try {
    const { bounds, broker } = await askBrokers(config)
    const detectors = selectDetectors(await findDetectors(), config.detectors)
    return {
      ...(await verify(store, await recordAsMemory(store), detectors, {
        bounds,
        range,
        since: await judgingSince(store, detectors),
      })),
      broker,
    }
  } finally {
    await store.close()
  }
}
