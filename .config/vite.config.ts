import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** The page: one script, a few parts loaded when asked for, no data: addresses (the content security policy forbids them). */
export default defineConfig({
  root: at('dashboard/web'),
  publicDir: 'static',
  clearScreen: false,
  logLevel: 'warn',
  build: {
    outDir: at('dist/dashboard/web'),
    emptyOutDir: true,
    target: 'chrome87',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
