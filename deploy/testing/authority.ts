import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An authority of our own, and what it has issued to the loopback address: files that the tests of TLS use. */
export interface Authority {
  /** The authority's own certificate. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
  /** Key and certificate in one file, as Kafka wants them. */
  readonly keystore: string
  remove(): void
}

export async function makeAuthority(name: string): Promise<Authority> {
  const directory = mkdtempSync(join(tmpdir(), 'fundwatch-authority-'))
  const at = (file: string) => join(directory, file)
  const openssl = (...args: readonly string[]) => run('openssl', args)
  const newKey = (key: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(key)]
  const own = ['-x509', '-days', '2', '-addext', 'basicConstraints=critical,CA:TRUE']
  await openssl('req', ...newKey('ca.key'), ...own, '-subj', `/CN=${name}`, '-out', at('ca.pem'))
  await openssl('req', ...newKey('server.key'), '-subj', '/CN=fundwatch', '-out', at('server.csr'))
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n')
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')]
  await openssl('x509', '-req', '-in', at('server.csr'), ...signed, '-out', at('server.pem'))
  writeFileSync(at('keystore.pem'), [at('server.key'), at('server.pem')].map((file) => readFileSync(file, 'utf8')).join(''))
  return {
    ...{ ca: at('ca.pem'), certificate: at('server.pem'), key: at('server.key'), keystore: at('keystore.pem') },
    remove: () => rmSync(directory, { recursive: true }),
  }
}
