// Builds dist/ from the sources: the compiler for every floor, the bundler for the page, whose files are also kept compressed.
// Types are checked by `npm run types`, not here: those of an optional package may be missing where it cannot be compiled.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (...command) => execFileSync(process.execPath, command, { stdio: 'inherit', cwd: root })

if (!process.argv.includes('--page')) run('node_modules/typescript/bin/tsc', '-b', 'tsconfig.json', '--noCheck')
run('node_modules/vite/bin/vite.js', 'build', '--config', '.config/vite.config.ts')

const assets = `${root}dist/dashboard/web/assets/`
for (const name of readdirSync(assets)) writeFileSync(`${assets}${name}.gz`, gzipSync(readFileSync(assets + name), { level: 9 }))
