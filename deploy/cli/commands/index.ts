import type { Command } from '../command.ts'
import { bench } from './bench.ts'
import { config } from './config.ts'
import { convert } from './convert.ts'
import { deadletters } from './deadletters.ts'
import { detectors } from './detectors.ts'
import { dossier } from './dossier.ts'
import { evaluate } from './evaluate.ts'
import { guard } from './guard.ts'
import { ledger } from './ledger.ts'
import { migrate } from './migrate.ts'
import { rebuild } from './rebuild.ts'
import { reference } from './reference.ts'
import { replay } from './replay.ts'
import { report } from './report.ts'
import { screen } from './screen.ts'
import { dashboard, pipeline, worker } from './services.ts'
import { simulate } from './simulate.ts'
import { start } from './start.ts'
import { token } from './token.ts'
import { topics } from './topics.ts'
import { user } from './user.ts'
import { verify } from './verify.ts'

/** Every command of `fundwatch`, in the order of the overview. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  pipeline,
  worker,
  dashboard,
  replay,
  screen,
  simulate,
  convert,
  evaluate,
  verify,
  rebuild,
  dossier,
  ledger,
  report,
  guard,
  detectors,
  reference,
  deadletters,
  topics,
  user,
  token,
  migrate,
  config,
  bench,
}
