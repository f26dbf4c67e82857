// A private CA with a certificate for a server and one for a client, made anew for each test process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = mkdtempSync(join(tmpdir(), 'redouble-certificates-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
execFileSync(fileURLToPath(new URL('certificates', import.meta.url)), [directory]);

export const file = (name) => join(directory, name);
const read = (name) => readFileSync(file(name), 'utf8');

// Flags for a server with TLS; clients must prove themselves when `clients` is 'yes'.
export function tlsFlags(clients = 'no') {
  return {
    'tls-cert-file': file('server.pem'),
    'tls-key-file': file('server.key'),
    'tls-ca-cert-file': file('ca.pem'),
    'tls-auth-clients': clients,
  };
}

// What a client trusts, and with what it proves itself.
export const trust = { ca: read('ca.pem') };
export const proof = { cert: read('client.pem'), key: read('client.key') };
