// Builds dist/ from the sources: the compiler for every floor, then the page's static files beside its compiled scripts.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', `${root}tsconfig.json`], {
  stdio: 'inherit',
  cwd: root,
})
if (existsSync(`${root}dashboard/web/static`)) {
  cpSync(`${root}dashboard/web/static`, `${root}dist/dashboard/web`, { recursive: true })
}
