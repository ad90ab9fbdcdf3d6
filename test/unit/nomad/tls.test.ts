import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { WebSocketServer } from 'ws';
import { NomadClient } from '../../../src/nomad/client.ts';
import type { TlsOptions } from '../../../src/nomad/http/connection.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { afterTest, json, listen, makeCertificates, serve } from './servers.ts';
import type { Certificates } from './servers.ts';

describe('TLS', () => {
  let made: Certificates;
  let foreign: Certificates;
  let folder = '';
  const file = (name: string) => join(folder, name);

  before(async function () {
    this.timeout(120_000);
    [made, foreign] = await Promise.all([makeCertificates(), makeCertificates()]);
    folder = await mkdtemp(join(tmpdir(), 'nomad-tls-'));
    await mkdir(file('authorities'));
    await Promise.all([
      writeFile(file('ca.pem'), made.ca),
      writeFile(join(file('authorities'), 'ca.crt'), made.ca),
      writeFile(file('foreign-ca.pem'), foreign.ca),
      writeFile(file('client.pem'), made.client.cert),
      writeFile(file('client-key.pem'), made.client.key),
      writeFile(file('foreign-client.pem'), foreign.client.cert),
      writeFile(file('foreign-key.pem'), foreign.client.key),
      writeFile(file('broken.pem'), 'not a certificate'),
    ]);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** A server for both HTTP and WebSocket. */
  async function start(mutual = false): Promise<string> {
    const demand = mutual ? { ca: made.ca, requestCert: true, rejectUnauthorized: true } : {};
    const server = await serve(
      (_, response) => {
        json(response, ['global']);
      },
      { ...made.server, ...demand },
    );
    const sockets = new WebSocketServer({ server: server.server });
    sockets.on('connection', (socket) => {
      socket.send('{"exited":true,"result":{}}');
    });
    return server.address;
  }

  /** How each of the two ways to connect ends: with `ok`, or with the kind of the error. */
  async function outcomes(address: string, tls: TlsOptions): Promise<{ kinds: string[]; message: string }> {
    const client = new NomadClient({ address, tls });
    afterTest(() => {
      client.dispose();
    });
    let message = '';
    const http = await client.agent.regions().then(
      () => 'ok',
      (error: unknown): string => {
        if (!isNomadError(error)) throw error;
        message = error.message;
        return error.kind;
      },
    );
    const end = await client.allocations.exec('a', { task: 't', command: ['x'], tty: false }).ended;
    return { kinds: [http, end.kind === 'exited' ? 'ok' : end.error.kind], message };
  }

  const name = 'server.global.nomad';
  const cases: [string, () => TlsOptions, 'ok' | NomadErrorKind, RegExp][] = [
    ['trusts a CA file', () => ({ caFile: file('ca.pem'), serverName: name }), 'ok', /^$/],
    ['trusts a CA folder', () => ({ caPath: file('authorities'), serverName: name }), 'ok', /^$/],
    ['refuses an unknown authority', () => ({ serverName: name }), 'tls', /not trusted/],
    ['refuses a foreign authority', () => ({ caFile: file('foreign-ca.pem'), serverName: name }), 'tls', /not trusted/],
    ['refuses another name', () => ({ caFile: file('ca.pem') }), 'tls', /another name/],
    ['accepts anything when told so', () => ({ skipVerify: true }), 'ok', /^$/],
    [
      'names a missing file',
      () => ({ caFile: file('none.pem') }),
      'tls',
      /CA file .*none\.pem can't be read \(ENOENT\)/,
    ],
    ['names an empty folder', () => ({ caPath: file('none') }), 'tls', /CA folder .*none can't be read/],
    ['wants a key with a certificate', () => ({ certFile: file('client.pem') }), 'tls', /given together/],
    [
      'refuses a key of another certificate',
      () => ({ certFile: file('client.pem'), keyFile: file('foreign-key.pem') }),
      'tls',
      /do not belong together/,
    ],
    [
      'refuses a file that is no certificate',
      () => ({ certFile: file('broken.pem'), keyFile: file('client-key.pem') }),
      'tls',
      /not valid PEM/,
    ],
  ];
  for (const [title, tls, outcome, message] of cases) {
    it(`${title}, over HTTP and WebSocket`, async () => {
      const result = await outcomes(await start(), tls());
      assert.deepEqual(result.kinds, [outcome, outcome]);
      assert.match(result.message, message);
    });
  }

  it('shows its certificate where the server asks for one', async () => {
    const address = await start(true);
    const trust = { caFile: file('ca.pem'), serverName: name };
    const own = { ...trust, certFile: file('client.pem'), keyFile: file('client-key.pem') };
    assert.deepEqual((await outcomes(address, own)).kinds, ['ok', 'ok']);
    const without = await outcomes(address, trust);
    assert.deepEqual(without.kinds, ['tls', 'tls']);
    assert.match(without.message, /asks for a client certificate/);
    const other = { ...trust, certFile: file('foreign-client.pem'), keyFile: file('foreign-key.pem') };
    // Node's server just hangs up on a foreign certificate; Nomad sends an alert, for which the network errors have a case.
    for (const kind of (await outcomes(address, other)).kinds) assert.ok(kind === 'tls' || kind === 'closed', kind);
  });

  it('says so when plain HTTP is spoken to a TLS port', async () => {
    const address = (await start()).replace('https:', 'http:');
    const { kinds } = await outcomes(address, {});
    for (const kind of kinds) assert.ok(['tls', 'notNomad', 'closed'].includes(kind), kind);
  });

  it('is told in the same words of a read, a write and a stream where nothing better is known of it', async () => {
    // An alert of TLS 1.2, fatal, by which a server says that it is broken.
    const alert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x50]);
    const port = await listen(createServer((socket) => socket.once('data', () => socket.end(alert))));
    const client = new NomadClient({ address: `https://127.0.0.1:${String(port)}`, tls: { skipVerify: true } });
    const stream = async () => {
      for await (const batch of client.events.stream({ topics: ['Job'], signal: new AbortController().signal })) {
        assert.fail(JSON.stringify(batch));
      }
    };
    for (const request of [client.jobs.list(), client.jobs.stop('web'), stream()]) {
      const error: unknown = await request.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(isNomadError(error, 'tls'), String(error));
      assert.match(
        error.message,
        /^TLS with https:\/\/127\.0\.0\.1:\d+ failed \(\w+: (?!request to)[^)]*internal error/,
      );
    }
    client.dispose();
  });
});
