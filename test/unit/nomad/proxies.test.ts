import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { after, before, describe, it } from 'mocha';
import { WebSocketServer } from 'ws';
import { wayOfEnvironment } from '../../../src/base/proxies.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { TlsOptions } from '../../../src/nomad/http/connection.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { TransportOptions } from '../../../src/nomad/http/transport.ts';
import { startProxy } from '../../support/proxy.ts';
import type { ProxyBehaviour, TestProxy } from '../../support/proxy.ts';
import { afterTest, json, makeCertificates, serve } from './servers.ts';
import type { Certificates, TestServer } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

const token = '5ec4e700-0000-4000-8000-00000000beef';
const credentials = 'person:s3cret-word';
const kinds = ['read', 'write', 'stream', 'exec'] as const;
type Kind = (typeof kinds)[number];

describe('Through a proxy', () => {
  let made: Certificates;
  let folder = '';
  let tls: TlsOptions = {};

  before(async function () {
    this.timeout(120_000);
    made = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'nomad-proxies-'));
    const write = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    tls = {
      caFile: await write('ca.pem', made.ca),
      certFile: await write('client.pem', made.client.cert),
      keyFile: await write('key.pem', made.client.key),
      serverName: 'server.global.nomad',
    };
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** An agent that asks for a client's certificate where it is secure, and notes whose requests come. */
  async function startAgent(secure: boolean): Promise<TestServer & { seen: string[] }> {
    const demand = { ...made.server, ca: made.ca, requestCert: true, rejectUnauthorized: true };
    const seen: string[] = [];
    const server = await serve(
      ({ path, method }, response) => {
        if (path === '/v1/event/stream') response.write('{"Index":7,"Events":[]}\n');
        else json(response, method === 'GET' ? [] : { EvalID: '' });
      },
      secure ? demand : undefined,
    );
    const note = ({ socket, method = '', url = '', headers }: IncomingMessage) => {
      const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody';
      const words = [method, url.split('?')[0], subject, headers['x-nomad-token'], headers.host];
      seen.push(words.map(String).join(' '));
      assert.equal(headers['proxy-authorization'], undefined);
    };
    server.server.on('request', note);
    server.server.on('upgrade', note);
    new WebSocketServer({ server: server.server }).on('connection', (socket) => {
      socket.send('{"exited":true,"result":{}}');
    });
    return { ...server, seen };
  }

  async function start(behaviour: ProxyBehaviour = {}): Promise<TestProxy> {
    const proxy = await startProxy(behaviour);
    afterTest(() => proxy.close());
    return proxy;
  }

  function clientOf(address: string, environment: Record<string, string>, options: TransportOptions = {}): NomadClient {
    const findWay = (url: URL) => wayOfEnvironment(environment, url);
    const client = new NomadClient(
      { address, token, ...(address.startsWith('https') ? { tls } : {}) },
      { findWay, ...options },
    );
    afterTest(() => {
      client.dispose();
    });
    return client;
  }

  const calls: Record<Kind, (client: NomadClient) => Promise<unknown>> = {
    read: (client) => client.jobs.list(),
    write: (client) => client.jobs.stop('web'),
    stream: async (client) => {
      const ending = new AbortController();
      for await (const batch of client.events.stream({ topics: ['Job'], signal: ending.signal })) {
        assert.notEqual(batch, 'heartbeat');
        ending.abort();
      }
      assert.ok(ending.signal.aborted);
    },
    exec: async (client) => {
      const end = await client.allocations.exec('a', { task: 't', command: ['x'], tty: false }).ended;
      if (end.kind === 'closed') throw end.error;
      assert.equal(end.exitCode, 0);
    },
  };
  const paths: Record<Kind, string> = {
    read: 'GET /v1/jobs',
    write: 'DELETE /v1/job/web',
    stream: 'GET /v1/event/stream',
    exec: 'GET /v1/client/allocation/a/exec',
  };

  const credited = (proxy: TestProxy) => proxy.address.replace('://', `://${credentials}@`);

  for (const kind of kinds) {
    it(`a ${kind} comes to a plain agent, with its token`, async () => {
      const [agent, proxy] = await Promise.all([startAgent(false), start({ credentials })]);
      const address = `http://nomad.example:${String(agent.port)}`;
      await calls[kind](clientOf(address, { HTTP_PROXY: credited(proxy) }));
      assert.deepEqual(agent.seen, [`${paths[kind]} nobody ${token} nomad.example:${String(agent.port)}`]);
      assert.equal(proxy.asked.length, 1);
      const { method, url = '' } = proxy.asked[0] ?? {};
      // As Go's client does: what a proxy may take for its own business, an upgrade, goes through a tunnel.
      if (kind === 'exec') assert.equal(`${String(method)} ${url}`, `CONNECT nomad.example:${String(agent.port)}`);
      else assert.ok(`${String(method)} ${url}`.startsWith(paths[kind].replace('/', `${address}/`)), url);
    });

    it(`a ${kind} comes to a secure agent, with its token and certificate, of which the proxy sees nothing`, async () => {
      const [agent, proxy] = await Promise.all([startAgent(true), start({ credentials })]);
      const authority = `nomad.example:${String(agent.port)}`;
      await calls[kind](clientOf(`https://${authority}`, { HTTPS_PROXY: credited(proxy) }));
      assert.deepEqual(agent.seen, [`${paths[kind]} client.global.nomad ${token} ${authority}`]);
      assert.deepEqual(
        proxy.asked.map(({ method, url }) => `${method} ${url}`),
        [`CONNECT ${authority}`],
      );
      assert.ok(proxy.read().startsWith(`CONNECT ${authority} HTTP/1.1\r\n`));
      assert.doesNotMatch(proxy.read(), new RegExp(`${token}|X-Nomad|/v1/`, 'i'));
    });

    it(`a ${kind} that it asks credentials for says so, with the name of the proxy and without what was given`, async () => {
      const [agent, proxy] = await Promise.all([startAgent(false), start({ credentials: 'somebody:else' })]);
      for (const [scheme, given] of [
        ['http', proxy.address],
        ['http', credited(proxy)],
        ['https', credited(proxy)],
      ] as const) {
        const client = clientOf(`${scheme}://nomad.example:${String(agent.port)}`, {
          HTTP_PROXY: given,
          HTTPS_PROXY: given,
        });
        const message = await failure(calls[kind](client));
        const what = given === proxy.address ? 'asks for a user name and password' : 'takes other credentials';
        assert.ok(
          message.startsWith(`The proxy ${proxy.address} of ${scheme.toUpperCase()}_PROXY ${what} (HTTP 407).`),
          message,
        );
        assert.match(message, /Set HTTPS?_PROXY right, or name the cluster's host in NO_PROXY\.$/);
      }
      assert.deepEqual(agent.seen, []);
    });

    it(`a ${kind} that leads nowhere says why, and names the proxy`, async () => {
      const expected: [ProxyBehaviour, RegExp][] = [
        [
          { refuseWith: 403 },
          /^The proxy \S+ of HTTPS_PROXY does not allow connections to nomad\.example:1 \(HTTP 403\)/,
        ],
        [{ refuseWith: 502 }, /^The proxy \S+ of HTTPS_PROXY could not reach nomad\.example:1 \(HTTP 502\)/],
        [{ refuseWith: 400 }, /^The proxy \S+ of HTTPS_PROXY does not lead to nomad\.example:1 \(HTTP 400\)/],
        [{ tls: made.server }, /^The proxy \S+ of HTTPS_PROXY could not be trusted, or does not speak TLS \(\w+\)/],
      ];
      for (const [behaviour, message] of expected) {
        const proxy = await start(behaviour);
        assert.match(
          await failure(calls[kind](clientOf('https://nomad.example:1', { HTTPS_PROXY: credited(proxy) }))),
          message,
        );
      }
    });

    it(`a ${kind} to a plain agent that the proxy does not come to says so`, async () => {
      for (const status of [403, 502, 503, 504]) {
        const proxy = await start({ refuseWith: status });
        const message = await failure(calls[kind](clientOf('http://nomad.example:1', { HTTP_PROXY: credited(proxy) })));
        const what = status === 403 ? 'does not allow connections to' : 'could not reach';
        assert.ok(
          message.startsWith(
            `The proxy ${proxy.address} of HTTP_PROXY ${what} nomad.example:1 (HTTP ${String(status)})`,
          ),
          message,
        );
      }
    });

    it(`a ${kind} with no proxy there says so`, async () => {
      const gone = await startProxy();
      await gone.close();
      for (const scheme of ['http', 'https']) {
        const client = clientOf(`${scheme}://nomad.example:1`, {
          HTTP_PROXY: credited(gone),
          HTTPS_PROXY: credited(gone),
        });
        const message = await failure(calls[kind](client));
        assert.match(
          message,
          /^The proxy http:\/\/127\.0\.0\.1:\d+ of HTTPS?_PROXY can't be reached: the connection was refused \(ECONNREFUSED\)/,
        );
        assert.match(message, /NO_PROXY\.$/);
      }
    });
  }

  async function failure(call: Promise<unknown>): Promise<string> {
    try {
      await call;
    } catch (error) {
      assert.ok(isNomadError(error, 'unreachable'), String(error));
      assert.doesNotMatch(error.message, /s3cret|person|cGVyc29u/);
      return error.message;
    }
    throw new Error('expected to fail');
  }

  it('reads share a connection, and each write has one of its own', async () => {
    for (const secure of [false, true]) {
      const [agent, proxy] = await Promise.all([startAgent(secure), start()]);
      const address = `${secure ? 'https' : 'http'}://nomad.example:${String(agent.port)}`;
      const client = clientOf(address, { HTTP_PROXY: proxy.address, HTTPS_PROXY: proxy.address });
      for (let count = 0; count < 5; count += 1) await calls.read(client);
      if (secure) assert.equal(agent.connections(), 1);
      for (let count = 0; count < 3; count += 1) await calls.write(client);
      if (secure) assert.equal(agent.connections(), 4);
      assert.equal(agent.seen.length, 8);
      client.dropIdleSockets();
      await calls.read(client);
      if (secure) assert.equal(agent.connections(), 5);
    }
  });

  it('that says nothing, requests end at their limit and with their client', async () => {
    timeByTurns();
    const proxy = await start({ silent: true });
    const environment = { HTTP_PROXY: proxy.address, HTTPS_PROXY: proxy.address };
    for (const scheme of ['http', 'https']) {
      const client = clientOf(`${scheme}://nomad.example:1`, environment);
      await assert.rejects(client.jobs.list({ timeoutMs: 60 }), /did not answer within 0\.1 s/);
      const open = client.jobs.list();
      const write = client.jobs.stop('web');
      setImmediate(() => {
        client.dispose();
      });
      await assert.rejects(open, /was closed/);
      await assert.rejects(write, /was closed/);
    }
    const session = clientOf('http://nomad.example:1', environment).allocations.exec('a', {
      task: 't',
      command: ['x'],
      tty: false,
      connectTimeoutMs: 60,
    });
    const end = await session.ended;
    assert.equal(end.kind, 'closed');
    assert.match(end.error.message, /^The proxy \S+ of HTTP_PROXY did not answer within 0\.1 s/);
  });

  it('the way changes with what names it, from the next request on', async () => {
    const [agent, proxy] = await Promise.all([startAgent(false), start()]);
    const environment: Record<string, string> = {};
    const address = `http://nomad.example:${String(agent.port)}`;
    const client = clientOf(address, environment);
    await assert.rejects(client.jobs.list(), (error) => isNomadError(error, 'dns'));
    environment['HTTP_PROXY'] = proxy.address;
    await client.jobs.list();
    environment['NO_PROXY'] = 'example';
    await assert.rejects(client.jobs.list(), (error) => isNomadError(error, 'dns'));
    assert.equal(proxy.asked.length, 1);
  });

  it('with a certificate, over TLS, where that is trusted', async () => {
    const [agent, proxy] = await Promise.all([startAgent(true), start({ tls: made.server, credentials })]);
    const findWay = (url: URL) => {
      const way = wayOfEnvironment({ HTTPS_PROXY: credited(proxy) }, url);
      return way.kind === 'proxy' ? { ...way, strict: false } : way;
    };
    for (const kind of kinds) {
      await calls[kind](clientOf(`https://nomad.example:${String(agent.port)}`, {}, { findWay }));
    }
    assert.equal(agent.seen.length, 4);
  });

  it('of a kind that can not be used, nothing is sent', async () => {
    const agent = await startAgent(false);
    const address = `http://nomad.example:${String(agent.port)}`;
    for (const kind of kinds) {
      const message = await failure(
        calls[kind](clientOf(address, { HTTP_PROXY: 'socks5://person:s3cret@proxy:1080' })),
      );
      assert.match(message, /^The proxy of HTTP_PROXY has the scheme "socks5"/);
    }
  });
});
