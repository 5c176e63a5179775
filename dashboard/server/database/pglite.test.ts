import { openPglite } from './pglite.ts'
import { databaseContract } from './testing/contract.ts'

databaseContract('PGlite', () => openPglite())
