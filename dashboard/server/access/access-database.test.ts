import { emptyDatabase } from '../database/testing/shared.ts'
import { accessContract } from './testing/access-contract.ts'

accessContract('Access on PGlite', emptyDatabase)
