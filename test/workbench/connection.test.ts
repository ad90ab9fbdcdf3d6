import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { once } from '../../src/base/events.ts';
import { jobKey } from '../../src/state/tables/keys.ts';
import { makeCertificateFiles } from '../support/certificates.ts';
import { logText, setLogLevel, setSetting } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { rowsOf } from './support/rows.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';
import { eventually } from './support/when.ts';

const management = '00000000-0000-4000-8000-00000000ac15';
const stranger = '00000000-0000-4000-8000-0000000bad01';

describe('connection', () => {
  let session: Session;
  let open: TestCluster;
  let guarded: TestCluster;

  before(async () => {
    session = await Session.open();
    open = await startCluster();
    await open.register(jobspec('open-job'));
    guarded = await startCluster({ acl: { token: management } });
    await guarded.register(jobspec('guarded-job'));
  });

  afterEach(async () => {
    for (const name of ['NOMAD_ADDR', 'NOMAD_TOKEN', 'NOMAD_NAMESPACE']) Reflect.deleteProperty(process.env, name);
    for (const { address } of [open, guarded]) await session.workbench.tokens.forget(address);
    session.clear();
    session.workbench.current.disconnect();
    await setSetting('nomad.namespace', undefined);
    await setSetting('nomad.address', undefined);
    session.workbench.current.disconnect();
  });

  after(async () => {
    await session.close();
    await open.close();
    await guarded.close();
  });

  const jobs = () => [...session.cluster.store.jobs.keys()];

  it('asks for the address, checks it, stores it and connects', async () => {
    session.ask.will({ text: ` ${open.address} ` });
    await session.run('connect');
    assert.equal(vscode.workspace.getConfiguration().get('nomad.address'), open.address);
    await session.state('live');
    assert.deepEqual(jobs(), [jobKey('default', 'open-job')]);
    assert.deepEqual(session.messages.all, []);
  });

  it('leads to another cluster when the setting changes', async () => {
    await session.connect(open.address);
    const left = session.cluster;
    const other = await startCluster();
    await other.register(jobspec('other-job'));
    try {
      const changed = once(session.workbench.current.onDidChange, undefined, (cluster) => cluster !== undefined);
      await setSetting('nomad.address', other.address);
      await changed;
      await session.state('live');
      assert.notEqual(session.cluster, left);
      assert.equal(left.signal.aborted, true, 'the cluster that was left goes on');
      assert.deepEqual(jobs(), [jobKey('default', 'other-job')]);
      assert.deepEqual(
        (await rowsOf(session.workbench)).map((row) => row.label),
        ['other-job'],
      );
    } finally {
      await other.close();
    }
  });

  it('takes the address and the namespace of the environment where nothing is set', async () => {
    process.env['NOMAD_ADDR'] = open.address;
    process.env['NOMAD_NAMESPACE'] = 'default';
    const cluster = await session.workbench.current.connect();
    await session.state('live');
    assert.equal(cluster.client.displayAddress, open.address);
    assert.equal(cluster.namespace, 'default');
    await setSetting('nomad.address', guarded.address);
    assert.equal(session.workbench.connection().addressFrom, 'setting');
  });

  it('sends the token of the environment to the cluster of the environment alone', async () => {
    process.env['NOMAD_ADDR'] = guarded.address;
    process.env['NOMAD_TOKEN'] = management;
    await session.workbench.current.connect();
    await session.state('live');
    assert.deepEqual(jobs(), [jobKey('default', 'guarded-job')]);
    const listener = await listen();
    try {
      await session.tryToConnect(listener.address);
      await session.welcome('notNomad');
      assert.ok(listener.headers.length > 0);
      assert.doesNotMatch(JSON.stringify(listener.headers), new RegExp(management));
    } finally {
      listener.server.close();
    }
  });

  it('keeps a token for its address in the secret storage, and sends it nowhere else', async () => {
    await session.tryToConnect(guarded.address);
    await session.welcome('noToken');
    session.ask.will({ text: management });
    await session.run('setToken');
    assert.equal(session.ask.last.secret, true);
    assert.equal(session.ask.last.title, `Token for ${guarded.address}`);
    await session.state('live');
    assert.deepEqual(jobs(), [jobKey('default', 'guarded-job')]);
    assert.equal(await session.workbench.extension.secrets.get(`nomad.token:${guarded.address}`), management);
    const listener = await listen();
    try {
      await session.tryToConnect(listener.address);
      await session.welcome('notNomad');
      assert.ok(listener.headers.length > 0);
      assert.doesNotMatch(JSON.stringify(listener.headers), new RegExp(management));
    } finally {
      listener.server.close();
    }
    await session.connect(guarded.address);
    await session.run('forgetToken');
    await session.welcome('noToken');
    assert.equal(await session.workbench.extension.secrets.get(`nomad.token:${guarded.address}`), undefined);
  });

  it('never writes a token into the log, at its most talkative', async () => {
    await setLogLevel('trace');
    try {
      await session.workbench.tokens.set(guarded.address, management);
      await session.connect(guarded.address);
      await session.run('refresh');
      await session.workbench.tokens.set(guarded.address, stranger);
      await session.run('refresh');
      session.workbench.log.info('the token was changed');
      const log = await eventually('the log is written', () => {
        const text = logText(session.workbench);
        return text.includes('the token was changed') && text;
      });
      assert.match(log, /\/v1\/jobs/, 'requests are in the log');
      assert.doesNotMatch(log, new RegExp(`${management}|${stranger}`));
    } finally {
      await setLogLevel('info');
    }
  });

  it('says at once that a token is not known', async () => {
    await session.tryToConnect(guarded.address);
    await session.welcome('noToken');
    session.ask.will({ text: stranger });
    await session.run('setToken');
    await session.welcome('denied');
    const { sentence, buttons } = await session.messages.next(/token/i);
    assert.match(sentence, /Permission denied|ACL token not found/);
    assert.ok(buttons.includes('Set token'));
    assert.doesNotMatch(sentence, new RegExp(stranger));
  });

  it('shows the namespace that is chosen', async () => {
    open.cluster.store.apply('NamespaceUpserted', (tx) => {
      tx.putNamespace({ Name: 'shop', Description: 'The shop', Meta: null, CreateIndex: 0, ModifyIndex: 0 });
    });
    await open.register(jobspec('till', { namespace: 'shop' }));
    await session.connect(open.address);
    assert.deepEqual(jobs().sort(), ['default/open-job', 'shop/till']);
    session.ask.will({ pick: 'shop' });
    const changed = once(session.workbench.current.onDidChange, undefined, (cluster) => cluster !== undefined);
    await session.run('chooseNamespace');
    assert.deepEqual(session.ask.last.choices, [
      '* · every namespace that the token may see · shown now',
      'default · Default shared namespace',
      'shop · The shop',
    ]);
    await changed;
    await session.state('live');
    assert.equal(session.cluster.namespace, 'shop');
    assert.deepEqual(jobs(), ['shop/till']);
  });

  it('connects by itself for a command of the palette', async () => {
    await setSetting('nomad.address', open.address);
    assert.equal(session.workbench.current.get(), undefined);
    session.ask.will({ pick: 'open-job' }, { leave: true });
    await session.run('stopJob');
    assert.equal(session.ask.asked.length, 2);
    assert.equal(session.cluster.client.displayAddress, open.address);
  });

  it('trusts a certificate through the authority of the settings', async () => {
    const files = await makeCertificateFiles();
    const tls = { key: readFileSync(files.serverKeyFile, 'utf8'), cert: readFileSync(files.serverCertFile, 'utf8') };
    const secure = await startCluster({ tls });
    await secure.register(jobspec('secure-job'));
    try {
      await session.tryToConnect(secure.address);
      await session.welcome('tls');
      await setSetting('nomad.tls.caCert', files.caFile);
      await session.state('live');
      assert.deepEqual(jobs(), [jobKey('default', 'secure-job')]);
      await setSetting('nomad.tls.caCert', files.otherCaFile);
      await session.welcome('tls');
    } finally {
      await setSetting('nomad.tls.caCert', undefined);
      await secure.close();
      await files.dispose();
    }
  });

  it('gives up connecting when it is told to', async () => {
    open.faults.set({ path: '/v1/*', delayMs: 60_000 });
    try {
      await session.tryToConnect(open.address);
      await session.welcome('connecting');
      await session.run('cancelConnect');
      await session.welcome('off');
      assert.equal(session.workbench.current.get(), undefined);
    } finally {
      open.faults.clear();
    }
  });
});

interface Listener {
  readonly server: Server;
  readonly address: string;
  readonly headers: IncomingHttpHeaders[];
}

/** A server that is no Nomad and remembers what it was sent. */
async function listen(): Promise<Listener> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    response.setHeader('Content-Type', 'text/html').setHeader('Connection', 'close').end('<html>hello</html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, headers };
}
