import assert from 'node:assert/strict';
import { after, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import type { TlsOptions } from '../../src/nomad/http/connection.ts';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { makeCertificateFiles } from '../support/certificates.ts';
import type { CertificateFiles } from '../support/certificates.ts';
import { contractWithTls } from './support/contract.ts';
import { Session } from './support/exec.ts';
import { service } from './support/jobs.ts';

const made: CertificateFiles[] = [];

async function make(): Promise<CertificateFiles> {
  const files = await makeCertificateFiles();
  made.push(files);
  return files;
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
