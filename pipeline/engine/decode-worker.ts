import { parentPort, workerData } from 'node:worker_threads'
import { reuse } from '../decode/column.ts'
import { createDecode, type DecodeOptions } from '../decode/decode.ts'
import { type FromWorker, memoryOfDecoded, type ToWorker } from './decoder.ts'

const { key, options } = workerData as { key: Uint8Array; options: DecodeOptions }
const decode = createDecode(key, options)

parentPort!.on('message', (message: ToWorker) => {
  if ('spare' in message) return reuse(message.spare)
  const decoded = decode(message.chunk)
  const answer: FromWorker = { serial: message.serial, decoded }
  parentPort!.postMessage(answer, memoryOfDecoded(decoded))
})
