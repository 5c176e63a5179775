import { emptyDatabase } from '../database/testing/shared.ts'
import { auditContract } from './testing/audit-contract.ts'

auditContract('The record in PGlite', emptyDatabase)
