import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json: these modules run from deploy and, compiled, from dist/deploy. */
export function checkout(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The release, as package.json names it. */
export function version(): string {
  return JSON.parse(readFileSync(join(checkout(), 'package.json'), 'utf8')).version
}
