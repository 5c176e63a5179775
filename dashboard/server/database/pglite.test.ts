import { databaseContract } from './testing/contract.ts'
import { embeddedDatabase } from './testing/shared.ts'

databaseContract('PGlite', embeddedDatabase)
