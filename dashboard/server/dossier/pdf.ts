import { Worker } from 'node:worker_threads'
import type { Dossier, Language } from './dossier.ts'

/** Threads start from compiled files; tests run the sources. */
const IS_COMPILED = import.meta.url.endsWith('.js')

/** Draws the pages on a thread of its own: a second of work that nobody else should wait for. */
export async function dossierPdf(dossier: Dossier, language: Language): Promise<Buffer> {
  // What draws is loaded where it draws: it takes a fifth of a second from each start.
  if (!IS_COMPILED) return (await import('./render.ts')).renderDossier(dossier, language)
  const worker = new Worker(new URL('./pdf-worker.js', import.meta.url), { workerData: { dossier, language } })
  return new Promise((done, fail) => {
    worker.once('message', (pdf: Uint8Array) => done(Buffer.from(pdf)))
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('The thread ended without a file.')))
  })
}
