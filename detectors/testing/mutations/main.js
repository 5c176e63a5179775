#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

/** Node 20 reads no TypeScript, and this is never built: Vite, which the tests use, reads it. */
const { module } = await runnerImport(fileURLToPath(new URL('run.ts', import.meta.url)), { configFile: false, logLevel: 'error' })
process.exitCode = await module.run(process.argv.slice(2))
