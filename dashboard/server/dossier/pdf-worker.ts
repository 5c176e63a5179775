import { parentPort, workerData } from 'node:worker_threads'
import type { Dossier, Language } from './dossier.ts'
import { renderDossier } from './render.ts'

const { dossier, language } = workerData as { dossier: Dossier; language: Language }
parentPort!.postMessage(await renderDossier(dossier, language))
