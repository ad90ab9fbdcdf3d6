import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { silentLog } from '../../../src/base/log.ts';
import type { Connection } from '../../../src/nomad/http/connection.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadError, NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { readRequest } from '../../../src/nomad/http/query.ts';
import { Transport } from '../../../src/nomad/http/transport.ts';
import type { TransportOptions } from '../../../src/nomad/http/transport.ts';
import { afterTest, json, serve, text } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

const secret = '5ec4e700-0000-4000-8000-00000000beef';

function connect(address: string, more: Partial<Connection> = {}, options: TransportOptions = {}): Transport {
  const transport = new Transport({ address, ...more }, options);
  afterTest(() => {
    transport.dispose();
  });
  return transport;
}

async function failure(promise: Promise<unknown>, kind: NomadErrorKind): Promise<NomadError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(isNomadError(error), String(error));
    assert.equal(error.kind, kind, error.message);
    return error;
  }
  throw new Error(`Expected an error of kind ${kind}`);
}

describe('Transport requests', () => {
  it('sends token, region, namespace and basic authentication, and reads the headers', async () => {
    const server = await serve((_, response) => {
      json(response, { ok: true }, { 'X-Nomad-Index': '42', 'X-Nomad-Lastcontact': '5', 'X-Nomad-Nexttoken': 'n' });
    });
    const address = server.address.replace('//', '//ann:pw@');
    const transport = connect(address, { token: () => Promise.resolve(` ${secret} `), region: 'eu', namespace: 'web' });
    const answer = await transport.json({ path: '/v1/jobs', query: { a: ['1', '2'], b: true, c: undefined } });
    assert.deepEqual(answer.value, { ok: true });
    assert.deepEqual(answer.meta, { index: 42, knownLeader: true, lastContactMs: 5, nextToken: 'n' });
    const request = server.received[0];
    assert.equal(request?.url, '/v1/jobs?a=1&a=2&b=true&region=eu&namespace=web');
    assert.equal(request.headers['x-nomad-token'], secret);
    assert.equal(request.headers.authorization, `Basic ${Buffer.from('ann:pw').toString('base64')}`);
    assert.equal(request.headers['accept-encoding'], 'gzip');
  });

  it('lets the request choose another namespace, and names none where none is known', async () => {
    const server = await serve((_, response) => {
      json(response, []);
    });
    await connect(server.address, { namespace: 'web' }).json(readRequest('/v1/jobs', { namespace: '*' }));
    await connect(server.address).json({ path: '/v1/jobs' });
    assert.deepEqual(
      server.received.map(({ url }) => url),
      ['/v1/jobs?namespace=*', '/v1/jobs'],
    );
  });

  it('keeps a path prefix', async () => {
    const server = await serve((_, response) => {
      json(response, []);
    });
    await connect(`${server.address}/nomad/`).json({ path: '/v1/jobs' });
    assert.equal(server.received[0]?.path, '/nomad/v1/jobs');
  });

  it('reads compressed and empty answers', async () => {
    const server = await serve(({ path }, response) => {
      if (path === '/v1/empty') response.writeHead(204).end();
      else response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{"a":"ü"}'));
    });
    const transport = connect(server.address);
    assert.deepEqual((await transport.json({ path: '/v1/x' })).value, { a: 'ü' });
    assert.equal((await transport.json({ path: '/v1/empty' })).value, null);
  });

  it('reuses a connection for reads and makes a new one for each write', async () => {
    const server = await serve((_, response) => {
      json(response, {});
    });
    const transport = connect(server.address);
    for (let count = 0; count < 3; count += 1) await transport.json({ path: '/v1/jobs' });
    assert.equal(server.connections(), 1);
    await transport.json({ method: 'POST', path: '/v1/jobs', body: {} });
    assert.equal(server.connections(), 2);
  });

  it('records requests without query or token', async () => {
    const server = await serve((_, response) => {
      text(response, 403, 'Permission denied');
    });
    const seen: string[] = [];
    const log = { ...silentLog, debug: (message: string) => seen.push(message) };
    const onRequest = (record: object) => seen.push(JSON.stringify(record));
    const transport = connect(server.address, { token: secret }, { log, onRequest });
    await failure(transport.json({ path: '/v1/var/x', query: { filter: secret } }), 'denied');
    assert.equal(seen.length, 2);
    assert.match(seen[0] ?? '', /^GET \/v1\/var\/x 403 \d+ ms$/);
    assert.doesNotMatch(seen.join(), new RegExp(secret));
  });
});

describe('Transport failures', () => {
  it('names a host that does not exist', async () => {
    const error = await failure(connect('http://nomad.invalid:4646').json({ path: '/v1/jobs' }), 'dns');
    assert.match(error.message, /nomad\.invalid/);
  });

  it('names a port where nothing listens', async () => {
    const server = await serve(() => undefined);
    await new Promise((resolve) => server.server.close(resolve));
    const error = await failure(connect(server.address).json({ path: '/v1/jobs' }), 'refused');
    assert.equal(error.code, 'ECONNREFUSED');
    assert.match(error.message, new RegExp(server.address));
  });

  it('says that a plain port does not speak TLS', async () => {
    const server = await serve(() => undefined);
    const address = server.address.replace('http:', 'https:');
    const error = await failure(connect(address).json({ path: '/v1/jobs' }), 'tls');
    assert.match(error.message, /http:\/\/ instead of https:\/\//);
  });

  it('shows the words of the server, but never the token', async () => {
    const server = await serve((_, response) => {
      text(response, 500, `rpc error: No cluster leader, token ${secret}`);
    });
    const error = await failure(connect(server.address, { token: secret }).json({ path: '/v1/jobs' }), 'noLeader');
    assert.equal(error.body, 'No cluster leader, token [redacted]');
    assert.equal(error.status, 500);
    assert.equal(error.method, 'GET');
    assert.equal(error.path, '/v1/jobs');
    assert.doesNotMatch(`${error.message} ${error.stack ?? ''}`, new RegExp(secret));
  });

  it('refuses a token that no header can carry', async () => {
    const server = await serve(() => undefined);
    const error = await failure(connect(server.address, { token: 'a\nb' }).json({ path: '/v1/jobs' }), 'denied');
    assert.doesNotMatch(error.message, /a\nb/);
    assert.equal(server.received.length, 0);
  });

  it('recognizes a page, with an error status and with 200', async () => {
    const page = '<!DOCTYPE html><html><head><title>Sign in</title></head></html>';
    const server = await serve(({ path }, response) => {
      text(response, path === '/v1/ok' ? 200 : 503, page, { 'Content-Type': 'text/html' });
    });
    const transport = connect(server.address);
    assert.match((await failure(transport.json({ path: '/v1/ok' }), 'notNomad')).message, /"Sign in"/);
    assert.equal((await failure(transport.json({ path: '/v1/jobs' }), 'notNomad')).status, 503);
  });

  it('calls broken JSON undecodable', async () => {
    const server = await serve((_, response) => {
      text(response, 200, '[{"ID":', { 'Content-Type': 'application/json' });
    });
    await failure(connect(server.address).json({ path: '/v1/jobs' }), 'decode');
  });

  for (const header of ['Content-Length', 'Transfer-Encoding'] as const) {
    it(`notices an answer cut in half (${header})`, async () => {
      const server = await serve((_, response) => {
        response.writeHead(200, {
          'Content-Type': 'application/json',
          ...(header === 'Content-Length' ? { [header]: '1000' } : {}),
        });
        response.write('[{"ID":"a"},', () => response.socket?.destroy());
      });
      const error = await failure(connect(server.address).json({ path: '/v1/jobs' }), 'closed');
      assert.match(error.message, /cut off/);
    });
  }

  it('stops reading an answer that is too large', async () => {
    const server = await serve((_, response) => {
      json(response, 'x'.repeat(300_000));
    });
    const transport = connect(server.address, {}, { maxBytes: 100_000 });
    await failure(transport.json({ path: '/v1/jobs' }), 'tooLarge');
  });

  it('gives up on a server that does not answer, or stops in the middle', async () => {
    timeByTurns();
    const server = await serve(({ path }, response) => {
      if (path === '/v1/half') response.writeHead(200).write('[');
    });
    const transport = connect(server.address, { timeoutMs: 60 });
    const silent = await failure(transport.json({ path: '/v1/jobs' }), 'timeout');
    assert.match(silent.message, /did not answer within 0\.1 s/);
    assert.match((await failure(transport.json({ path: '/v1/half' }), 'timeout')).message, /stopped/);
  });

  it('throws the reason of an aborted signal, before and during the request', async () => {
    const controller = new AbortController();
    const server = await serve(() => {
      controller.abort();
    });
    const transport = connect(server.address);
    await assert.rejects(transport.json({ path: '/v1/jobs', signal: controller.signal }), { name: 'AbortError' });
    await assert.rejects(transport.json({ path: '/v1/jobs', signal: controller.signal }), { name: 'AbortError' });
    assert.equal(server.received.length, 1);
  });

  it('ends its requests and sockets when it is disposed', async () => {
    const server = await serve(() => {
      transport.dispose();
    });
    const transport = connect(server.address);
    const gone = once(server.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    await failure(transport.json({ path: '/v1/jobs' }), 'closed');
    await gone;
    await failure(transport.json({ path: '/v1/jobs' }), 'closed');
  });
});

describe('Transport redirects and retries', () => {
  it('follows a cleaned path of the same server', async () => {
    const server = await serve(({ path }, response) => {
      if (path === '/v1/jobs') json(response, [1]);
      else text(response, 307, '', { Location: '/v1/jobs' });
    });
    assert.deepEqual((await connect(server.address, { token: secret }).json({ path: '/v1//jobs' })).value, [1]);
  });

  it('names another server that it is sent to, and tells it nothing', async () => {
    const other = await serve((_, response) => {
      json(response, []);
    });
    const server = await serve((_, response) => {
      text(response, 302, '', { Location: `${other.address}/login?token=1` });
    });
    const error = await failure(connect(server.address, { token: secret }).json({ path: '/v1/jobs' }), 'notNomad');
    assert.match(error.message, new RegExp(`redirects to ${other.address},`));
    assert.equal(other.received.length, 0);
  });

  it('does not follow a circle, nor the redirect of a write', async () => {
    const server = await serve(({ path }, response) => {
      text(response, 307, '', { Location: path });
    });
    const transport = connect(server.address);
    await failure(transport.json({ path: '/v1/jobs' }), 'notNomad');
    assert.equal(server.received.length, 6);
    await failure(transport.json({ method: 'POST', path: '/v1/jobs', body: {} }), 'rejected');
    assert.equal(server.received.length, 7);
  });

  it('repeats a read whose kept connection was just closed', async () => {
    let drop = false;
    const server = await serve(({ method }, response) => {
      if (!drop) json(response, { method });
      else {
        drop = false;
        response.socket?.destroy();
      }
    });
    const transport = connect(server.address);
    await transport.json({ path: '/v1/jobs' });
    drop = true;
    assert.deepEqual((await transport.json({ path: '/v1/jobs' })).value, { method: 'GET' });
    assert.equal(server.received.length, 3);
  });

  it('repeats no read on a new connection, and no write', async () => {
    const server = await serve((_, response) => response.socket?.destroy());
    const transport = connect(server.address);
    await failure(transport.json({ path: '/v1/jobs' }), 'closed');
    assert.equal(server.received.length, 1);
    await failure(transport.json({ method: 'POST', path: '/v1/jobs', body: {} }), 'closed');
    assert.equal(server.received.length, 2);
  });
});

describe('Transport streams', () => {
  it('gives chunks as they come, without compression', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('one');
    });
    const controller = new AbortController();
    const { chunks } = await connect(server.address).stream({ path: '/v1/x', signal: controller.signal });
    const seen: string[] = [];
    await assert.rejects(
      async () => {
        for await (const chunk of chunks) {
          seen.push(Buffer.from(chunk).toString());
          controller.abort();
        }
      },
      { name: 'AbortError' },
    );
    assert.deepEqual(seen, ['one']);
    assert.equal(server.received[0]?.headers['accept-encoding'], 'identity');
  });

  it('closes the connection when the reader stops', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('one');
    });
    const gone = once(server.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    const { chunks } = await connect(server.address).stream({ path: '/v1/x' });
    for await (const chunk of chunks) {
      assert.equal(chunk.byteLength, 3);
      break;
    }
    await gone;
  });

  it('notices silence between chunks', async () => {
    timeByTurns();
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('one');
    });
    const { chunks } = await connect(server.address).stream({ path: '/v1/x', idleTimeoutMs: 30 });
    const read = async () => {
      for await (const chunk of chunks) assert.equal(chunk.byteLength, 3);
    };
    await failure(read(), 'timeout');
  });
});
