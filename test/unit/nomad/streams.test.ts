import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import type { EventStreamOptions } from '../../../src/nomad/resources/events.ts';
import { jsonObjects, readWithBytes } from '../../../src/nomad/resources/frames.ts';
import { allPages, pages } from '../../../src/nomad/reading/pages.ts';
import type { Answer, ReadOptions } from '../../../src/nomad/http/query.ts';
import type { EventBatch } from '../../../src/nomad/types/event.ts';
import { afterTest, serve, text } from './servers.ts';
import type { Received, TestServer } from './servers.ts';
import { timeByTurns } from './timeByTurns.ts';

async function* bytes(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

async function collect<T>(items: AsyncIterable<T>, stopAfter = Infinity): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) {
    seen.push(item);
    if (seen.length >= stopAfter) break;
  }
  return seen;
}

async function clientOf(
  respond: (request: Received, response: ServerResponse) => void,
): Promise<{ client: NomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new NomadClient({ address: server.address });
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

function ofKind(kind: NomadErrorKind): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error);
    assert.ok(isNomadError(error), `${error.name}: ${error.message}`);
    assert.equal(error.kind, kind, error.message);
    return true;
  };
}

describe('jsonObjects', () => {
  it('splits objects without separators, however they are cut', async () => {
    const source = '{}{"a":"}{\\"\\\\"}\n{"b":{"c":[{}]}}{"d":"日"}';
    const expected = [{}, { a: '}{"\\' }, { b: { c: [{}] } }, { d: '日' }];
    assert.deepEqual(await collect(jsonObjects(bytes(source), 100)), expected);
    const single = async function* () {
      for (const byte of Buffer.from(source)) yield await Promise.resolve(Uint8Array.of(byte));
    };
    assert.deepEqual(await collect(jsonObjects(single(), 100)), expected);
  });

  it('refuses what is too large, cut off or not JSON', async () => {
    await assert.rejects(collect(jsonObjects(bytes('{"a":"', 'x'.repeat(200)), 100)), ofKind('tooLarge'));
    await assert.rejects(collect(jsonObjects(bytes('{}{"a"'), 100)), ofKind('closed'));
    await assert.rejects(collect(jsonObjects(bytes('{a}'), 100)), ofKind('decode'));
  });
});

describe('A field of bytes in an object', () => {
  const data = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256));
  const encoded = data.toString('base64');
  const read = (source: string) => readWithBytes(Buffer.from(source), 'Data');

  it('is decoded from where it stands, before and after other fields', () => {
    const expected = { rest: { Offset: 1, Data: '', File: 'a"日' }, bytes: data };
    assert.deepEqual(read(`{"Offset":1,"Data":"${encoded}","File":"a\\"日"}`), expected);
    assert.deepEqual(read(`{"File":"a\\"日","Offset":1,"Data":"${encoded}"}`), expected);
  });

  it('is left to the parser where it is written otherwise, or is another one', () => {
    const escaped = `{"Data":"${encoded.replaceAll('/', '\\/')}"}`;
    assert.deepEqual(read(escaped), { rest: { Data: encoded }, bytes: undefined });
    for (const rest of [
      { More: { Data: encoded } },
      { Data: `${'x'.repeat(2000)}"Data":"` },
      { Data: encoded, More: { Data: 'x' } },
      { ['a"Data":"']: encoded },
    ]) {
      const { rest: found, bytes } = read(JSON.stringify(rest));
      const whole = bytes === undefined ? found : { ...(found as object), Data: bytes.toString('base64') };
      assert.deepEqual(whole, rest);
    }
    assert.deepEqual(read(JSON.stringify([encoded])), { rest: [encoded], bytes: undefined });
  });

  it('makes nothing of what is not JSON', () => {
    for (const source of [`{"Data":"${encoded}`, `{"Data":"${encoded}"`, `{"Data":"${encoded}",}`]) {
      assert.throws(() => read(source), SyntaxError);
    }
  });
});

describe('allocations.logs', () => {
  it('decodes frames and passes over heartbeats', async () => {
    const { client, server } = await clientOf((_, response) => {
      response.writeHead(200);
      response.end('{}{"Data":"aGk=","File":"x","Offset":2}{}{"FileEvent":"file deleted"}{"Data":"IQ=="}');
    });
    const parts = await collect(client.allocations.logs('a', { task: 't', type: 'stderr', offset: 0, origin: 'end' }));
    assert.equal(Buffer.concat(parts).toString(), 'hi!');
    assert.equal(
      server.received[0]?.url,
      '/v1/client/fs/logs/a?task=t&type=stderr&follow=false&offset=0&origin=end&plain=false',
    );
  });

  it('ends without an error when the signal aborts', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200);
      response.write('{"Data":"aGk="}');
    });
    const controller = new AbortController();
    const seen: string[] = [];
    const options = { task: 't', type: 'stdout', follow: true, signal: controller.signal } as const;
    for await (const part of client.allocations.logs('a', options)) {
      seen.push(Buffer.from(part).toString());
      controller.abort();
    }
    assert.deepEqual(seen, ['hi']);
  });

  it('throws the refusal, and when the stream breaks', async () => {
    const { client } = await clientOf(({ query }, response) => {
      if (query.get('task') === 'nope') text(response, 400, 'unknown task name "nope"');
      else {
        response.writeHead(200);
        response.write('{"Data":"aGk="}', () => response.socket?.destroy());
      }
    });
    await assert.rejects(collect(client.allocations.logs('a', { task: 'nope', type: 'stdout' })), ofKind('rejected'));
    await assert.rejects(collect(client.allocations.logs('a', { task: 't', type: 'stdout' })), ofKind('closed'));
  });
});

describe('events.stream', () => {
  const options = (more: Partial<EventStreamOptions> = {}): EventStreamOptions => ({
    topics: ['Job'],
    signal: new AbortController().signal,
    ...more,
  });
  const batch: EventBatch = { Index: 5, Events: [] };

  it('gives heartbeats and batches, and throws when the stream ends', async () => {
    const { client, server } = await clientOf((_, response) => {
      response.writeHead(200);
      response.end(`{}\n${JSON.stringify(batch)}\n`);
    });
    const seen: unknown[] = [];
    const read = async () => {
      const topics = { Job: ['web'], Deployment: [], Allocation: ['*'] };
      for await (const item of client.events.stream(options({ topics, index: 4, namespace: '*' }))) seen.push(item);
    };
    await assert.rejects(read(), ofKind('closed'));
    assert.deepEqual(seen, ['heartbeat', batch]);
    assert.deepEqual(server.received[0]?.query.getAll('topic'), ['Job:web', 'Deployment:*', 'Allocation:*']);
    assert.equal(server.received[0].query.get('index'), '4');
    assert.equal(server.received[0].query.get('namespace'), '*');
    assert.equal(server.received[0].query.has('wait'), false);
  });

  it('calls a stream denied that ends or is silent before its first line', async () => {
    timeByTurns();
    const { client } = await clientOf(({ query }, response) => {
      response.writeHead(200).flushHeaders();
      if (query.get('topic') === 'Job:*') response.end();
    });
    await assert.rejects(collect(client.events.stream(options())), ofKind('denied'));
    const silent = options({ topics: ['Node'], firstLineTimeoutMs: 40 });
    await assert.rejects(collect(client.events.stream(silent)), ofKind('denied'));
  });

  it('calls a server that sends no headers slow, not denied', async () => {
    timeByTurns();
    const { client } = await clientOf(() => undefined);
    await assert.rejects(collect(client.events.stream(options({ firstLineTimeoutMs: 40 }))), ofKind('timeout'));
  });

  it('throws what an older server answers when it denies', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 500, 'Permission denied');
    });
    await assert.rejects(collect(client.events.stream(options())), ofKind('denied'));
  });

  it('notices silence after the first line', async () => {
    timeByTurns();
    const { client } = await clientOf((_, response) => {
      response.writeHead(200);
      response.write('{}\n');
    });
    await assert.rejects(collect(client.events.stream(options({ idleTimeoutMs: 40 }))), ofKind('closed'));
  });

  it('refuses unreadable lines and keys with a colon', async () => {
    const { client, server } = await clientOf((_, response) => {
      response.writeHead(200);
      response.write('{}\n{"Index"\n');
    });
    await assert.rejects(collect(client.events.stream(options())), ofKind('decode'));
    await assert.rejects(collect(client.events.stream(options({ topics: { Job: ['a:b'] } }))), ofKind('rejected'));
    assert.equal(server.received.length, 1);
  });

  it('ends without an error when the signal aborts', async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200);
      response.write('{}\n');
    });
    const controller = new AbortController();
    let count = 0;
    for await (const item of client.events.stream(options({ signal: controller.signal }))) {
      assert.equal(item, 'heartbeat');
      count += 1;
      controller.abort();
    }
    assert.equal(count, 1);
  });
});

describe('pages', () => {
  const list = (options: ReadOptions): Promise<Answer<number[]>> => {
    const from = Number(options.nextToken ?? '0');
    const meta = { index: 10 - from, knownLeader: true, lastContactMs: from };
    return Promise.resolve({
      value: [from, from + 1],
      meta: from < 4 ? { ...meta, nextToken: String(from + 2) } : meta,
    });
  };

  it('follows the next tokens to the end', async () => {
    const values = (await collect(pages(list))).map((page) => page.value);
    assert.deepEqual(values, [
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('joins the pages and keeps the lowest index', async () => {
    const answer = await allPages(list, { perPage: 2 });
    assert.deepEqual(answer, {
      value: [0, 1, 2, 3, 4, 5],
      meta: { index: 6, knownLeader: true, lastContactMs: 4 },
    });
  });

  it('stops at a server that names the same page again', async () => {
    const same = () =>
      Promise.resolve({ value: [], meta: { index: 1, knownLeader: true, lastContactMs: 0, nextToken: 'x' } });
    await assert.rejects(allPages(same), ofKind('decode'));
  });
});
