import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, afterEach, before, it } from 'mocha';
import { NomadClient } from '../../src/nomad/client.ts';
import type { ExecSession } from '../../src/nomad/sessions/exec.ts';
import { findRelay } from '../../src/operations/ports/findRelay.ts';
import { PortForward } from '../../src/operations/ports/portForward.ts';
import { bash, perl, type Relay } from '../../src/operations/ports/relays.ts';
import type { Patience } from '../../src/operations/ports/relayKeeper.ts';
import { directly, isReachable, throughRelay } from '../../src/operations/ports/ways.ts';
import type { PlacedClient } from '../../src/state/tables/placedClient.ts';
import { contract } from './support/contract.ts';
import { bytesOf, found, hash, processesOf, readAll, relays, tellsEnd } from './support/ports.ts';
import { Relay as WayToAgent } from './support/relay.ts';
import { service } from './support/jobs.ts';

const limit = () => AbortSignal.timeout(60_000);
const failureOf = (forward: PortForward) => new Promise<string>((resolve) => forward.onFailure(resolve));

contract('a port that is forwarded', (c) => {
  const servers: Server[] = [];
  const served = new Set<Socket>();
  const forwards: PortForward[] = [];
  const sessions: ExecSession[] = [];
  let target = { allocation: '', task: 'main', place: { namespace: 'default', region: undefined } };

  before(async () => {
    const job = c.id('port');
    await c.register(service(job));
    target = { ...target, allocation: await c.runningId(job) };
  });

  afterEach(() => {
    for (const forward of forwards.splice(0)) forward.dispose();
  });

  after(async () => {
    for (const socket of served) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** What a task would listen on: those of raw_exec have the network of this machine. */
  async function serve(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      served.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function forward(
    port: number,
    relay: Relay,
    client: PlacedClient = c.client,
    patience?: Patience,
  ): Promise<PortForward> {
    const way = { relay, host: '127.0.0.1', isListening: true };
    const relaying = {
      patience,
      client: () => client,
      track: (session: ExecSession) => {
        sessions.push(session);
        return session;
      },
    };
    const made = await PortForward.listen(0, throughRelay(target, port, way, relaying));
    forwards.push(made);
    return made;
  }

  const open = (port: number) => connect({ port, host: '127.0.0.1', allowHalfOpen: true });

  it('finds a relay and who listens', async () => {
    const port = await serve((socket) => socket.end());
    const way = await findRelay(c.client, target, port, limit());
    assert.deepEqual([way.host, way.isListening], ['127.0.0.1', true]);
    assert.match(way.relay.name, /^(perl|socat|bash|ncat|nc|busybox)/);
    const none = await findRelay(c.client, target, 1, limit());
    assert.equal(none.isListening, false);
  });

  it('says why nothing can be forwarded', async () => {
    await assert.rejects(findRelay(c.client, { ...target, task: 'nope' }, 80, limit()), /task not found/);
  });

  it('is tried with every relay that this machine has', () => {
    const missing = ['perl', 'bash', 'busybox', 'ncat', 'nc', 'socat'].filter((one) => !found.programs.has(one));
    if (missing.length > 0) console.log(`      Not tried, since this machine has none: ${missing.join(', ')}.`);
    assert.ok(relays.length > 0);
  });

  for (const relay of relays) {
    it(`carries every byte both ways, in 20 connections at once, through ${relay.name}`, async () => {
      const length = 200_000;
      // It answers once it has all: the sum that came, then bytes of its own.
      const port = await serve((socket) => {
        const parts: Buffer[] = [];
        let got = 0;
        socket.on('data', (data) => {
          parts.push(data);
          got += data.byteLength;
          if (got < length) return;
          socket.write(hash(Buffer.concat(parts)));
          socket.end(bytesOf(length, parts[0]?.[0] ?? 0));
        });
      });
      const made = await forward(port, relay);
      await Promise.all(
        Array.from({ length: 20 }, async (_, seed) => {
          const sent = bytesOf(length, seed);
          const socket = open(made.port);
          // One that doesn't tell of the end is told first that there is nothing more to come.
          if (tellsEnd(relay)) socket.write(sent);
          else socket.end(sent);
          const answer = await readAll(socket);
          assert.equal(answer.subarray(0, 64).toString(), hash(sent));
          assert.equal(hash(answer.subarray(64)), hash(bytesOf(length, sent[0] ?? 0)));
          socket.end();
        }),
      );
      assert.equal(made.connections.total, 20);
      assert.equal(made.lastFailure, undefined);
    });

    it(`ends a connection that its server closes, through ${relay.name}`, async function () {
      if (!tellsEnd(relay)) {
        console.log(`      ${relay.limit ?? ''}, as people are told.`);
        this.skip();
      }
      const port = await serve((socket) => {
        socket.once('data', () => socket.end('bye'));
      });
      const socket = open((await forward(port, relay)).port);
      socket.write('hi');
      assert.equal((await readAll(socket)).toString(), 'bye');
      socket.end();
    });

    it(`refuses a connection that nobody listens for, through ${relay.name}`, async () => {
      const made = await forward(1, relay);
      const socket = open(made.port);
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ECONNRESET');
      while (made.lastFailure === undefined) await c.quiet(50);
      assert.match(made.lastFailure, /refused|could not connect/);
    });

    it(`ends at the server when the client goes away, through ${relay.name}`, async () => {
      let gone: () => void = () => undefined;
      const left = new Promise<void>((resolve) => (gone = resolve));
      // It goes on whatever its client does, and notices only that nobody is there any more.
      const port = await serve((socket) => {
        const timer = setInterval(() => socket.write('up'), 20);
        socket.on('close', () => {
          clearInterval(timer);
          gone();
        });
      });
      const made = await forward(port, relay);
      const socket = open(made.port);
      await once(socket, 'data');
      socket.destroy();
      await left;
    });
  }

  for (const relay of relays) {
    it(`leaves no process in the task when the way to the agent is lost, through ${relay.name}`, async () => {
      // It greets, and then says nothing and never ends: its other side would wait for good.
      const port = await serve((socket) => socket.write('hi'));
      const before = processesOf(target.allocation);
      const way = await WayToAgent.to(c.target.connection.address);
      const client = new NomadClient({ ...c.target.connection, address: way.address });
      try {
        const made = await forward(port, relay, client, { seconds: 2, beatMs: 200 });
        const all = Array.from({ length: 3 }, () => open(made.port));
        for (const socket of all) {
          socket.on('error', () => undefined);
          await once(socket, 'data');
        }
        // It is told of again and again, so that it stays for longer than it would without.
        await c.quiet(3000);
        assert.ok(processesOf(target.allocation).length >= before.length + all.length * 2);
        way.mode = 'refuse';
        way.cut();
        while (processesOf(target.allocation).length > before.length) await c.quiet(50);
        for (const socket of all) socket.destroy();
      } finally {
        await way.close();
        client.dispose();
      }
    });

    it(`leaves no process in the task when it is stopped, through ${relay.name}`, async () => {
      const port = await serve((socket) => socket.write('hi'));
      const before = processesOf(target.allocation);
      const made = await forward(port, relay);
      const all = Array.from({ length: 5 }, () => open(made.port));
      await Promise.all(all.map((socket) => once(socket, 'data')));
      assert.ok(processesOf(target.allocation).length > before.length);
      made.dispose();
      for (const socket of all) socket.destroy();
      while (processesOf(target.allocation).length > before.length) await c.quiet(50);
    });
  }

  it('never ends well where its session is lost, and says why', async () => {
    const port = await serve((socket) => {
      const timer = setInterval(() => socket.write('part of it'), 20);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });
    const made = await forward(port, perl);
    const failed = failureOf(made);
    // The first one is the connection's, and the second one that of its keeper.
    const sessionsBefore = sessions.length;
    const socket = open(made.port);
    await once(socket, 'data');
    const broken = once(socket, 'error');
    sessions[sessionsBefore]?.dispose();
    const [error] = (await broken) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    assert.equal(await failed, 'The session was closed.');
  });

  it('says why no session can be had', async () => {
    const way = { relay: perl, host: '127.0.0.1', isListening: true };
    const nowhere = { ...target, task: 'nope' };
    const made = await PortForward.listen(
      0,
      throughRelay(nowhere, 80, way, { client: () => c.client, track: <T>(session: T) => session }),
    );
    forwards.push(made);
    const failed = failureOf(made);
    const socket = open(made.port);
    socket.on('error', () => undefined);
    assert.match(await failed, /task not found|Unknown task/);
  });

  it('holds on to no connection whose client never ends', async () => {
    const port = await serve((socket) => socket.end('bye'));
    // Its session is over with the connection.
    const made = await forward(port, bash);
    const socket = open(made.port);
    assert.equal((await readAll(socket)).toString(), 'bye');
    // It was told of the end, and keeps its own side open.
    while (made.connections.open > 0) await c.quiet(50);
    socket.destroy();
  });

  it('passes the end of one direction on, and what comes back after it', async () => {
    const port = await serve((socket) => {
      void readAll(socket).then((all) => socket.end(`${String(all.byteLength)} bytes`));
    });
    const socket = open((await forward(port, perl)).port);
    socket.end(bytesOf(70_000, 3));
    assert.equal((await readAll(socket)).toString(), '70000 bytes');
  });

  it('goes at the pace of who takes it', async () => {
    const length = 40 * 1024 * 1024;
    let taken: (all: Buffer) => void = () => undefined;
    const all = new Promise<Buffer>((resolve) => (taken = resolve));
    let resume: () => void = () => undefined;
    const port = await serve((socket) => {
      socket.pause();
      resume = () => void readAll(socket).then(taken);
    });
    const made = await forward(port, perl);
    const socket = open(made.port);
    const sent = bytesOf(length, 9);
    socket.end(sent);
    const before = process.memoryUsage().arrayBuffers;
    await c.quiet(1000);
    assert.ok(socket.bytesWritten < length || socket.writableLength > 0, 'all was taken, with nobody to take it');
    assert.ok(process.memoryUsage().arrayBuffers - before < 30 * 1024 * 1024);
    resume();
    assert.equal(hash(await all), hash(sent));
    socket.destroy();
  });

  it('goes directly where the port of the node can be reached', async () => {
    const port = await serve((socket) => socket.pipe(socket));
    assert.equal(await isReachable({ host: '127.0.0.1', port }, limit()), true);
    assert.equal(await isReachable({ host: '127.0.0.1', port: 1 }, limit()), false);
    const made = await PortForward.listen(0, directly({ host: '127.0.0.1', port }));
    forwards.push(made);
    const socket = open(made.port);
    const sent = bytesOf(1_000_000, 5);
    socket.end(sent);
    assert.equal(hash(await readAll(socket)), hash(sent));
  });
});
