import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** PEM files of a small authority, in a folder of their own. */
export interface CertificateFiles {
  readonly caFile: string;
  /** Of an authority that signed nothing here. */
  readonly otherCaFile: string;
  readonly serverCertFile: string;
  readonly serverKeyFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** Removes the folder. */
  dispose(): Promise<void>;
}

interface Pair {
  readonly cert: string;
  readonly private: string;
}

/** The name that Nomad's servers carry in the region `global`. */
export const serverName = 'server.global.nomad';

/** Makes an authority, a server certificate for {@link serverName} and 127.0.0.1, and a client certificate. */
export async function makeCertificateFiles(): Promise<CertificateFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'nomad-certificates-'));
  const [authority, other] = await Promise.all([makeAuthority('contract'), makeAuthority('other')]);
  const [server, client] = await Promise.all([
    issue(authority, serverName, [
      { type: 2, value: serverName },
      { type: 2, value: 'localhost' },
      { type: 7, ip: '127.0.0.1' },
    ]),
    issue(authority, 'client.global.nomad', [{ type: 2, value: 'client.global.nomad' }]),
  ]);
  const write = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  return {
    caFile: await write('ca.pem', authority.cert),
    otherCaFile: await write('other-ca.pem', other.cert),
    serverCertFile: await write('server.pem', server.cert),
    serverKeyFile: await write('server-key.pem', server.private),
    clientCertFile: await write('client.pem', client.cert),
    clientKeyFile: await write('client-key.pem', client.private),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

function makeAuthority(name: string): Promise<Pair> {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
}

function issue(authority: Pair, name: string, names: { type: 2 | 7; value?: string; ip?: string }[]): Promise<Pair> {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: names },
    ],
  });
}
