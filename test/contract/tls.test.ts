import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { after, before, it } from 'mocha';
import { generate } from 'selfsigned';
import { NomadClient } from '../../src/nomad/client.ts';
import type { TlsOptions } from '../../src/nomad/http/connection.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { makeCertificateFiles, serverName } from '../support/certificates.ts';
import type { CertificateFiles } from '../support/certificates.ts';
import { contractWithTls } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { holds } from './support/holds.ts';
import { service } from './support/jobs.ts';

const made: CertificateFiles[] = [];

async function make(): Promise<CertificateFiles> {
  const files = await makeCertificateFiles();
  made.push(files);
  return files;
}

interface Outcome {
  /** Whether the handshake was done, as the client saw it. */
  secured: boolean;
  code: string;
  message: string;
  text: string;
}

contractWithTls('TLS', make, (c) => {
  const tls = () => c.target.connection.tls ?? {};

  const leader = async (options: TlsOptions, address = c.target.connection.address) => {
    const client = new NomadClient({ address, tls: options });
    try {
      return (await client.agent.leader()).value;
    } finally {
      client.dispose();
    }
  };

  const refused = (attempt: Promise<unknown>) => assert.rejects(attempt, (error) => isNomadError(error, 'tls'));

  after(async () => {
    await Promise.all(made.splice(0).map((files) => files.dispose()));
  });

  it('answers a client with a certificate', async () => {
    assert.notEqual(await leader(tls()), '');
  });

  it('runs a command over a secure WebSocket', async () => {
    const id = c.id('tls');
    await c.register(service(id));
    const session = new Session(c, await c.runningId(id), ['/bin/echo', 'safe']);
    session.session.closeStdin();
    assert.deepEqual(await session.ended(), { kind: 'exited', exitCode: 0 });
    assert.equal(session.stdout, 'safe\n');
  });

  it('refuses a client without a certificate', async () => {
    await refused(leader({ ...tls(), certFile: undefined, keyFile: undefined }));
  });

  it('is refused by a client that trusts another authority', async () => {
    await refused(leader({ ...tls(), caFile: made.at(-1)?.otherCaFile }));
  });

  it('is refused by a client that expects another name', async () => {
    await refused(leader({ ...tls(), serverName: 'server.elsewhere.nomad' }));
  });

  it('is accepted unseen by a client that says so', async () => {
    assert.notEqual(await leader({ ...tls(), caFile: undefined, serverName: undefined, skipVerify: true }), '');
  });

  it('tells a plain client that it speaks HTTPS', async () => {
    const { address } = c.target.connection;
    await assert.rejects(leader({}, address.replace('https:', 'http:')), (error) =>
      isNomadError(error, 'tls', 'notNomad'),
    );
  });
});

contractWithTls('TLS out of the ordinary', make, (c) => {
  let ca = '';
  let own: { cert: string; key: string };

  before(async () => {
    const { caFile = '', certFile = '', keyFile = '' } = c.target.connection.tls ?? {};
    ca = await readFile(caFile, 'utf8');
    // Which reads the files before they go.
    await c.client.agent.leader();
    own = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  });

  after(async () => {
    await Promise.all(made.splice(0).map((files) => files.dispose()));
  });

  /** What a client with these options gets to a request. */
  const ask = (options: ConnectionOptions) =>
    new Promise<Outcome>((resolve) => {
      const { hostname, port } = new URL(c.target.connection.address);
      const seen: Outcome = { secured: false, code: '', message: '', text: '' };
      const socket = connect({ host: hostname, port: Number(port), servername: serverName, ca, ...options });
      socket.setTimeout(120_000, () => socket.destroy());
      socket.on('secureConnect', () => {
        seen.secured = true;
        socket.write('GET /v1/regions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      });
      socket.on('data', (part: Buffer) => (seen.text += part.toString('utf8')));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        seen.code = error.code ?? '';
        seen.message = error.message;
      });
      socket.on('close', () => {
        resolve(seen);
      });
    });

  it('answers a client with a certificate, with the newest protocol', async () => {
    const { secured, code, text } = await ask({ ...own, minVersion: 'TLSv1.3' });
    assert.deepEqual([secured, code], [true, '']);
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*\["global"\]/);
    assert.match((await ask({ ...own, maxVersion: 'TLSv1.2' })).text, /^HTTP\/1\.1 200 OK\r\n/);
  });

  it('refuses a client without a certificate after the handshake', async () => {
    holds('With client certificates each mistake has an error of its own, some of them only after the handshake');
    const { secured, code, text } = await ask({});
    assert.deepEqual([secured, code, text], [true, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '']);
  });

  it('refuses an older client without a certificate within the handshake', async () => {
    holds('With client certificates each mistake has an error of its own, some of them only after the handshake');
    const { secured, code, message } = await ask({ maxVersion: 'TLSv1.2' });
    assert.equal(secured, false);
    // How the runtime names this depends on whether it was writing.
    assert.match(code, /^(EPROTO|ERR_SSL_(SSLV3|SSL\/TLS)_ALERT_HANDSHAKE_FAILURE)$/);
    assert.match(message, /SSL alert number 40/);
  });

  it('refuses a certificate of another authority', async () => {
    holds('With client certificates each mistake has an error of its own, some of them only after the handshake');
    const foreign = await generate([{ name: 'commonName', value: 'client.global.nomad' }], { keyType: 'ec' });
    const { code, text } = await ask({ cert: foreign.cert, key: foreign.private });
    // The simulator's runtime looks at certificates after the handshake, and hangs up without an alert.
    const alert = c.target.kind === 'simulator' ? '' : 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA';
    assert.deepEqual([code, text], [alert, '']);
  });

  it('is not trusted by a client without its authority', async () => {
    holds('With client certificates each mistake has an error of its own, some of them only after the handshake');
    const otherCa = await readFile(made.at(-1)?.otherCaFile ?? '', 'utf8');
    for (const authority of [otherCa, undefined]) {
      const { code } = await ask({ ...own, ca: authority });
      assert.equal(code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    }
  });

  it('is not trusted under another name', async () => {
    assert.equal((await ask({ ...own, servername: 'wrong.example' })).code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('tells a client that speaks HTTP so in words', async () => {
    holds('With client certificates each mistake has an error of its own, some of them only after the handshake');
    const { hostname, port } = new URL(c.target.connection.address);
    const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const sent = plainRequest({ host: hostname, port, path: '/v1/regions', agent: false }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString('utf8')));
        response.on('end', () => {
          resolve([response.statusCode, text]);
        });
      });
      sent.on('error', reject);
      sent.end();
    });
    assert.deepEqual(answer, [400, 'Client sent an HTTP request to an HTTPS server.\n']);
  });
});
