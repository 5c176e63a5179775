import { emptyPostgres } from '../database/testing/empty-postgres.ts'
import { auditContract } from './testing/audit-contract.ts'

auditContract('The record in PostgreSQL', await emptyPostgres())
