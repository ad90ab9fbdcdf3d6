import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { makeCertificateFiles, serverName, type CertificateFiles } from '../support/certificates.ts';
import {
  closeEditors,
  openFile,
  setSetting,
  setWorkspaceSettings,
  welcomeText,
  workspaceFolder,
} from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';

const token = '00000000-0000-4000-8000-00000000ac15';

/** Settings in a repository that decide which server is taken for the cluster. */
const weakenings: readonly (readonly [what: string, settings: Readonly<Record<string, unknown>>])[] = [
  ['no verification', { 'nomad.tls.skipVerify': true }],
  ['another name, written as a field', { nomad: { tls: { serverName: 'localhost' } } }],
  ['an authority of its own', { 'nomad.tls.caCert': './authority.pem' }],
  ['a folder of authorities', { 'nomad.tls.caPath': './authorities' }],
  ['another name of the server', { 'nomad.tls.serverName': serverName }],
];

describe('TLS that a workspace weakens, for an address with a token', () => {
  let session: Session;
  let files: CertificateFiles;
  let cluster: TestCluster;
  let listener: Listener;

  before(async () => {
    session = await Session.open();
    files = await makeCertificateFiles();
    const tls = { key: readFileSync(files.serverKeyFile, 'utf8'), cert: readFileSync(files.serverCertFile, 'utf8') };
    cluster = await startCluster({ tls, acl: { token } });
    await cluster.register(jobspec('secure'));
    listener = await listen((handler) => createServer(tls, handler), 'https');
    for (const { address } of [cluster, listener]) await session.workbench.tokens.set(address, token);
    await setSetting('nomad.tls.caCert', files.caFile);
  });
  afterEach(async () => {
    await session.leave();
    await setWorkspaceSettings();
    await session.leave();
    listener.headers.length = 0;
    session.clear();
    await closeEditors();
  });
  after(async () => {
    for (const { address } of [cluster, listener]) await session.workbench.tokens.forget(address);
    await session.close();
    listener.close();
    await cluster.close();
    await files.dispose();
  });

  /** Paths of the settings are taken from where the host runs; those of the tests are of this machine. */
  function withFiles(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const authority = join(workspaceFolder(), 'authority.pem');
    writeFileSync(authority, readFileSync(files.caFile));
    return Object.fromEntries(
      Object.entries(settings).map(([name, value]) => {
        if (name === 'nomad.tls.caCert') return [name, authority];
        return name === 'nomad.tls.caPath' ? [name, dirname(files.caFile)] : [name, value];
      }),
    );
  }

  const notSent =
    /^Your token is not sent to https:\/\/127\.0\.0\.1:\d+: the settings of this workspace decide which server is trusted there \(nomad\.tls\.\w+\)\.$/;

  for (const [what, settings] of weakenings) {
    it(`is told, and the token kept back until it is agreed to: ${what}`, async () => {
      await setWorkspaceSettings(withFiles(settings));
      await session.tryToConnect(listener.address);
      const { level, buttons } = await session.messages.next(notSent);
      assert.equal(level, 'warning');
      assert.deepEqual(buttons, ['Send the token']);
      await session.welcome('notNomad');
      assert.ok(listener.headers.length > 0, 'the server was not asked');
      assert.equal(listener.tokens(), 0, 'the token was sent');

      await session.tryToConnect(cluster.address);
      await session.messages.next(notSent);
      await session.welcome('withheld');
      // Left alone it stays so, and is told of each connection.
      await openFile('secure.nomad.hcl', jobspec('secure'));
      await session.run('planJob');
      await session.messages.next(/^Could not plan the job on \S+: Permission denied$/);
      session.messages.press('Send the token');
      await session.workbench.current.reconnect();
      await session.messages.next(notSent);
      await session.state('live');
      assert.deepEqual([...session.cluster.store.jobs.keys()], ['default/secure']);

      // Agreed to for that address alone.
      await session.tryToConnect(listener.address);
      await session.messages.next(notSent);
      await session.welcome('notNomad');
      assert.equal(listener.tokens(), 0, 'the token was sent to another address');
    });
  }

  it('is agreed to from the view, for the authority as it is: one that has changed is told, and asked about anew', async () => {
    assert.match(welcomeText('withheld'), /kept back.*\n?.*command:nomad\.sendToken/);
    const authority = join(workspaceFolder(), 'another.pem');
    await setWorkspaceSettings({ 'nomad.tls.caCert': authority });
    writeFileSync(authority, `# of this test\n${readFileSync(files.caFile, 'utf8')}`);
    await session.tryToConnect(cluster.address);
    await session.messages.next(notSent);
    await session.welcome('withheld');
    session.ask.will({ leave: true });
    await session.run('sendToken');
    await session.welcome('withheld');
    session.ask.will({ confirm: 'button' });
    await session.run('sendToken');
    await session.state('live');

    writeFileSync(authority, `# something else\n${readFileSync(files.caFile, 'utf8')}`);
    await session.workbench.current.reconnect();
    await session.messages.next(/ has changed since you agreed \(SHA-256 now [0-9a-f]{16}…\)\.$/);
    await session.welcome('withheld');
  });

  it('is also an empty text that takes away the authority of the person’s own settings', async () => {
    await setWorkspaceSettings({ 'nomad.tls.caCert': '' });
    await session.tryToConnect(listener.address);
    await session.messages.next(notSent);
    await session.welcome('tls');
    assert.equal(listener.tokens(), 0);
  });

  it('says nothing wrong of a token that is set while none is sent', async () => {
    await setWorkspaceSettings({ 'nomad.tls.skipVerify': true, 'nomad.tls.serverName': 'localhost' });
    await session.tryToConnect(cluster.address);
    await session.messages.next(
      /^Your token is not sent to .*\(nomad\.tls\.skipVerify and nomad\.tls\.serverName\)\.$/,
    );
    session.messages.clear();
    session.ask.will({ text: token });
    await session.run('setToken');
    await session.messages.next(/^Your token is not sent/);
    assert.deepEqual(session.messages.all, []);
  });

  it('is not what makes it no weaker: a client’s certificate, verification, what the person has set as well', async () => {
    const settings = {
      'nomad.tls.clientCert': files.clientCertFile,
      'nomad.tls.clientKey': files.clientKeyFile,
      'nomad.tls.skipVerify': false,
      'nomad.tls.caCert': files.caFile,
    };
    await setWorkspaceSettings(settings);
    await session.connect(cluster.address);
    assert.deepEqual(session.messages.all, []);
  });

  it('is nothing that a value of another type could bring', async () => {
    await setWorkspaceSettings({ 'nomad.tls.skipVerify': 'true', 'nomad.tls.caCert': 5, 'nomad.tls.serverName': {} });
    await session.connect(cluster.address);
    assert.deepEqual(session.messages.all, []);
  });

  it('is not to be had by plain HTTP: the token is for the address with its scheme', async () => {
    const plain = await listen(createPlainServer, 'http');
    const { port } = new URL(plain.address);
    await session.workbench.tokens.set(`https://127.0.0.1:${port}`, token);
    process.env['NOMAD_ADDR'] = `https://127.0.0.1:${port}`;
    process.env['NOMAD_TOKEN'] = token;
    process.env['NOMAD_HTTP_AUTH'] = `me:${token}`;
    try {
      await setWorkspaceSettings({ 'nomad.address': plain.address });
      await session.workbench.current.connect();
      await session.welcome('notNomad');
      assert.ok(plain.headers.length > 0, 'the server was not asked');
      assert.equal(plain.tokens(), 0);
    } finally {
      for (const name of ['NOMAD_ADDR', 'NOMAD_TOKEN', 'NOMAD_HTTP_AUTH']) Reflect.deleteProperty(process.env, name);
      await session.workbench.tokens.forget(`https://127.0.0.1:${port}`);
      plain.close();
    }
  });
});

interface Listener {
  readonly address: string;
  readonly headers: IncomingHttpHeaders[];
  /** How many requests had the token, or anything else that says who asks. */
  tokens(): number;
  close(): void;
}

type Handler = Parameters<typeof createPlainServer>[1];

/** A server that is no Nomad and remembers what it was sent. */
async function listen(start: (handler: Handler) => Server | ReturnType<typeof createPlainServer>, scheme: string) {
  const headers: IncomingHttpHeaders[] = [];
  const server = start((request, response) => {
    headers.push(request.headers);
    response.setHeader('Content-Type', 'text/html').setHeader('Connection', 'close').end('<html>hello</html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listener: Listener = {
    address: `${scheme}://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    headers,
    tokens: () => headers.filter((sent) => 'x-nomad-token' in sent || 'authorization' in sent).length,
    close: () => {
      server.close();
    },
  };
  return listener;
}
