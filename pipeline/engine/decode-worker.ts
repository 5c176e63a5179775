import { parentPort, workerData } from 'node:worker_threads'
import { type Chunk, createDecode } from '../decode/decode.ts'

const decode = createDecode((workerData as { key: Uint8Array }).key)

parentPort!.on('message', ({ serial, chunk }: { serial: number; chunk: Chunk }) => {
  const decoded = decode(chunk)
  parentPort!.postMessage({ serial, decoded }, [decoded.packed.numbers.buffer as ArrayBuffer, ...decoded.tables.transfer])
})
