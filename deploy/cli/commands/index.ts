import type { Command } from '../command.ts'

/** Every command of `fundwatch`, in the order of the overview. Each is loaded when it is asked for: all of them take a second. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  pipeline: async () => (await import('./services.ts')).pipeline,
  worker: async () => (await import('./services.ts')).worker,
  dashboard: async () => (await import('./services.ts')).dashboard,
  replay: async () => (await import('./replay.ts')).replay,
  screen: async () => (await import('./screen.ts')).screen,
  simulate: async () => (await import('./simulate.ts')).simulate,
  convert: async () => (await import('./convert.ts')).convert,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  verify: async () => (await import('./verify.ts')).verify,
  rebuild: async () => (await import('./rebuild.ts')).rebuild,
  dossier: async () => (await import('./dossier.ts')).dossier,
  ledger: async () => (await import('./ledger.ts')).ledger,
  report: async () => (await import('./report.ts')).report,
  guard: async () => (await import('./guard.ts')).guard,
  detectors: async () => (await import('./detectors.ts')).detectors,
  reference: async () => (await import('./reference.ts')).reference,
  deadletters: async () => (await import('./deadletters.ts')).deadletters,
  topics: async () => (await import('./topics.ts')).topics,
  user: async () => (await import('./user.ts')).user,
  token: async () => (await import('./token.ts')).token,
  migrate: async () => (await import('./migrate.ts')).migrate,
  config: async () => (await import('./config.ts')).config,
  bench: async () => (await import('./bench.ts')).bench,
}
