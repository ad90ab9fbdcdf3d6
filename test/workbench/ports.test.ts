import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors, openFile, putCursor, typeAll } from './support/host.ts';
import { jobspec } from './support/jobspec.ts';
import { Session, startCluster, type TestCluster } from './support/session.ts';

describe('a forwarded port', () => {
  let session: Session;
  let cluster: TestCluster;
  let server: Server;
  let port = 0;
  let allocation = '';

  before(async () => {
    session = await Session.open();
    cluster = await startCluster({ rawExec: true });
    await cluster.register(jobspec('web', { driver: 'raw_exec' }));
    await session.connect(cluster.address);
    allocation = (await session.running('web'))[0]?.id ?? '';
    // Tasks of raw_exec have the network of this machine.
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => socket.end(`got ${data.toString()}`));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterEach(() => {
    session.clear();
  });

  after(async () => {
    server.close();
    await session.close();
    await cluster.close();
  });

  const target = () => ({ allocation, task: 'main' });

  /** Forwards the port, and returns that of this machine. */
  async function forward(argument: unknown, more = { text: '0' }): Promise<number> {
    session.ask.will({ pick: 'Other port…' }, { text: String(port) }, more);
    await session.run('forwardPort', argument);
    const { sentence } = await session.messages.next(/^127\.0\.0\.1:\d+ leads to port \d+ of /);
    assert.equal(session.ask.left, 0);
    return Number(/^127\.0\.0\.1:(\d+)/.exec(sentence)?.[1]);
  }

  async function ask(at: number, text: string): Promise<string> {
    const socket = connect({ port: at, host: '127.0.0.1' });
    socket.write(text);
    let answer = '';
    for await (const data of socket) answer += String(data);
    return answer;
  }

  async function stop(at: number): Promise<void> {
    session.ask.will({ pick: `127.0.0.1:${String(at)}` }, { pick: 'Stop' });
    await session.run('showForwards');
  }

  it('leads into the task, says how, and is listed until it is stopped', async () => {
    const at = await forward(target());
    assert.equal(await ask(at, 'hello'), 'got hello');
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((text) => ask(at, text))), ['got a', 'got b', 'got c']);
    session.ask.will({ pick: `127.0.0.1:${String(at)}` }, { pick: 'Copy address' });
    await session.run('showForwards');
    assert.equal(
      session.ask.asked.at(-2)?.choices[0],
      `127.0.0.1:${String(at)} · port ${String(port)} of web app[0] main on ${session.cluster.label}`,
    );
    assert.equal(await vscode.env.clipboard.readText(), `127.0.0.1:${String(at)}`);
    await stop(at);
    await assert.rejects(ask(at, 'hello'), { code: 'ECONNREFUSED' });
  });

  it('says that nothing listens on it yet', async () => {
    session.ask.will({ pick: 'Other port…' }, { text: '1' }, { text: '0' });
    await session.run('forwardPort', target());
    const { sentence } = await session.messages.next(/Nothing listens on port 1 there now\./);
    await stop(Number(/^127\.0\.0\.1:(\d+)/.exec(sentence)?.[1]));
  });

  it('is refused where the port of this machine is taken', async () => {
    session.ask.will({ pick: 'Other port…' }, { text: String(port) }, { text: String(port) });
    await session.run('forwardPort', target());
    await session.messages.next(/^Could not forward the port from .*: port \d+ is in use already on this machine\.$/);
  });

  it('ends with its allocation, and says why', async () => {
    await cluster.register(jobspec('brief', { driver: 'raw_exec' }));
    const [brief] = await session.running('brief');
    const at = await forward({ allocation: brief?.id, task: 'main' });
    cluster.cluster.jobs.deregister('default', 'brief', { purge: false });
    await session.messages.next(
      new RegExp(
        `^127\\.0\\.0\\.1:${String(at)} no longer leads to port .*: the allocation was stopped, as its job was\\.$`,
      ),
    );
    await assert.rejects(ask(at, 'hello'), { code: 'ECONNREFUSED' });
  });

  it('is the one of the block in a jobspec that the cursor is in', async () => {
    const text = jobspec('spec', { driver: 'raw_exec', port: 'http', groups: ['front', 'back'] });
    await cluster.register(text);
    await session.running('spec', 2);
    const editor = await openFile('spec.nomad.hcl', text);
    await session.run('forwardJobspecPort');
    await session.messages.next(/: the cursor is in no block of a port, and of no service that names one\./);
    putCursor(editor, 'port "http"');
    session.ask.will({ text: '0' });
    await session.run('forwardJobspecPort', editor.document.uri);
    const { sentence } = await session.messages.next(/leads to port \d+ of spec back\[0\] main on/);
    await stop(Number(/^127\.0\.0\.1:(\d+)/.exec(sentence)?.[1]));
    // One that what runs there doesn't have.
    await typeAll(editor, text.replaceAll('"http"', '"new-http"'));
    putCursor(editor, 'port "new-http"');
    await session.run('forwardJobspecPort');
    await session.messages.next(/: spec back\[0\], which runs v0, has no port new-http\.$/);
    await closeEditors();
  });

  it('outlives a connection to the cluster that is made anew', async () => {
    const at = await forward(target());
    await session.workbench.current.reconnect();
    await session.state('live');
    assert.equal(await ask(at, 'again'), 'got again');
    await stop(at);
    assert.deepEqual(session.messages.all, []);
  });

  it('ends when the window leaves the cluster', async () => {
    const at = await forward(target());
    const other = await startCluster();
    after(() => other.close());
    await session.connect(other.address);
    await session.messages.next(/no longer leads to .*: the window has left the cluster\.$/);
    await assert.rejects(ask(at, 'hello'), { code: 'ECONNREFUSED' });
  });
});
