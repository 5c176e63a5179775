import { emptyPostgres } from '../database/testing/empty-postgres.ts'
import { accessContract } from './testing/access-contract.ts'

accessContract('Access on PostgreSQL', await emptyPostgres())
