// The child of `CrowdProcess`. Node 20 reads no TypeScript, and this is never built: Vite, which the tests use, reads it.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

await runnerImport(fileURLToPath(new URL('crowd-clients.ts', import.meta.url)), { configFile: false, logLevel: 'error' })
