import { emptyDatabase } from '../database/testing/shared.ts'
import { deskContract } from './testing/desk-contract.ts'

deskContract('The desk on PGlite', emptyDatabase)
