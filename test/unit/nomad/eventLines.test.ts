import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadError, NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import type { EventBatch } from '../../../src/nomad/types/event.ts';
import { afterTest, serve } from './servers.ts';

type Send = (response: ServerResponse) => void;

/** What a stream gives before it fails, and how. */
async function read(send: Send): Promise<{ seen: (EventBatch | 'heartbeat')[]; error: NomadError }> {
  const server = await serve((_, response) => {
    send(response);
  });
  const client = new NomadClient({ address: server.address });
  afterTest(() => {
    client.dispose();
  });
  const seen: (EventBatch | 'heartbeat')[] = [];
  try {
    const signal = new AbortController().signal;
    for await (const line of client.events.stream({ topics: ['Job'], signal })) seen.push(line);
  } catch (error) {
    assert.ok(isNomadError(error), String(error));
    return { seen, error };
  }
  throw new Error('The stream ended without an error');
}

async function fails(send: Send, kind: NomadErrorKind, seen: (EventBatch | 'heartbeat')[] = ['heartbeat']) {
  const result = await read(send);
  assert.equal(result.error.kind, kind, result.error.message);
  assert.deepEqual(result.seen, seen);
  return result.error;
}

const half = '{"Index":7,"Events":[{"Topic":"Job","Ind';

/** Ends as HTTP/1.0 and hijacked connections do: by closing, which nothing tells from a cut. */
function endByClosing(response: ServerResponse, body: string): void {
  response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${body}`);
}

describe('An event stream that is cut within a line', () => {
  const cuts: Record<string, Send> = {
    'and ends in order': (response) => response.end(`{}\n${half}`),
    'and ends by closing': (response) => {
      endByClosing(response, `{}\n${half}`);
    },
    'and breaks': (response) => {
      response.write(`{}\n${half}`, () => response.socket?.destroy());
    },
    'while it is compressed': (response) => {
      const packed = gzipSync(`{}\n${half}`, { level: 0 });
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed.subarray(0, -8 - 4));
    },
    'within a character': (response) => response.end(Buffer.concat([Buffer.from('{}\n{"Index":7,"'), Buffer.of(0xf0)])),
  };
  for (const [how, send] of Object.entries(cuts)) {
    it(`${how} is closed, not refused`, async () => {
      assert.match((await fails(send, 'closed')).message, /cut off/);
    });
  }

  it('is closed within the first line too, and denied only where nothing came', async () => {
    await fails((response) => response.end('{'), 'closed', []);
    await fails((response) => response.end(half), 'closed', []);
    await fails((response) => response.end(), 'denied', []);
    await fails(
      (response) => {
        endByClosing(response, '');
      },
      'denied',
      [],
    );
  });

  it('is closed where its compression breaks later on', async () => {
    const error = await fails((response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      const gzip = createGzip();
      gzip.pipe(response, { end: false });
      gzip.write('{}\n');
      gzip.flush(() => response.end('this is no gzip at all'));
    }, 'closed');
    assert.match(error.message, /decompressed/);
  });
});

describe('A line of the event stream that can not be read', () => {
  const indexes = ['1e400', '-1e400', String(2n ** 60n), '-1', '1.5', '"7"', 'null', 'true', '[7]', '{}'];
  for (const index of indexes) {
    it(`has no index where that is ${index}`, async () => {
      const error = await fails((response) => response.write(`{}\n{"Index":${index},"Events":[]}\n`), 'decode');
      assert.equal(error.message, "A line of the event stream can't be read: Index is not an index.");
      assert.equal(error.index, undefined);
    });
  }

  it('is not JSON, as NaN is none', async () => {
    for (const line of ['{"Index":NaN,"Events":[]}', 'garbage', '{"Index":7']) {
      const error = await fails((response) => response.write(`{}\n${line}\n`), 'decode');
      assert.equal(error.message, "A line of the event stream can't be read: it is not valid JSON.");
    }
  });

  const lines: [string, string][] = [
    ['"Events":7', 'Events is not a list'],
    ['"Events":{"length":1}', 'Events is not a list'],
    ['"Events":[null]', 'Events[0] is not an object'],
    ['"Events":[{"Index":7}]', 'Events[0].Topic is not a text'],
    ['"Events":[{"Topic":"Job","Index":1e400}]', 'Events[0].Index is not an index'],
    ['"Events":[{"Topic":"Job","Index":7,"Payload":"secret"}]', 'Events[0].Payload is not an object'],
    ['"Events":[{"Topic":"Job","Index":7,"Payload":{"Job":7}}]', 'Events[0].Payload.Job is not an object'],
    ['"Events":[{"Topic":"Job","Index":7,"Payload":{"Job":{}}}]', 'Events[0].Payload.Job.ID is not a text'],
    [
      '"Events":[{"Topic":"Job","Index":7,"Payload":{"Job":{"ID":"a","TaskGroups":{}}}}]',
      'Events[0].Payload.Job.TaskGroups is not a list',
    ],
    [
      '"Events":[{"Topic":"Allocation","Index":7,"Payload":{"Allocation":{"ID":"a","TaskStates":{"secret":0}}}}]',
      'Events[0].Payload.Allocation.TaskStates[…] is not an object',
    ],
    [
      '"Events":[{"Topic":"Deployment","Index":7,"Payload":{"Deployment":{"ID":"a"}}}]',
      'Events[0].Payload.Deployment.JobID is not a text',
    ],
    [
      '"Events":[{"Topic":"Evaluation","Index":7,"Payload":{"Evaluation":{"ID":"a","ModifyIndex":"7"}}}]',
      'Events[0].Payload.Evaluation.ModifyIndex is not an index',
    ],
  ];
  for (const [body, wrong] of lines) {
    it(`says where: ${wrong}; and what to go on behind`, async () => {
      const error = await fails((response) => response.write(`{}\n{"Index":7,${body}}\n`), 'decode');
      assert.equal(error.message, `A line of the event stream can't be read: ${wrong}.`);
      assert.equal(error.index, 7);
    });
  }

  it('is too large, and what follows is known', async () => {
    const long = `{"Index":7,"Events":[{"Topic":"Job","Payload":"${'x'.repeat(17 * 1024 * 1024)}`;
    assert.equal((await fails((response) => response.write(`{}\n${long}`), 'tooLarge')).index, 7);
    const unknown = await fails(
      (response) => response.write(`{}\n{"Events":"${'x'.repeat(17 * 1024 * 1024)}`),
      'tooLarge',
    );
    assert.equal(unknown.index, undefined);
  });

  it('is too large where it holds more than can be parsed', async () => {
    const bomb = `{"Index":7,"Events":[${'{},'.repeat(2_000_000)}{}]}\n`;
    assert.equal((await fails((response) => response.write(`{}\n${bomb}`), 'tooLarge')).index, 7);
  });

  it('is one of a topic that is read; others may be anything', async () => {
    const batch = { Index: 7, Events: [{ Topic: 'Node', Index: 7, Payload: { Node: 7 } }] };
    await fails((response) => response.end(`{}\n${JSON.stringify(batch)}\n`), 'closed', [
      'heartbeat',
      batch as unknown as EventBatch,
    ]);
  });
});

describe('A log that is cut or malformed', () => {
  async function logError(body: string | Buffer, headers = {}): Promise<NomadError> {
    const server = await serve((_, response) => response.writeHead(200, headers).end(body));
    const client = new NomadClient({ address: server.address });
    afterTest(() => {
      client.dispose();
    });
    const follow = async () => {
      for await (const part of client.allocations.logs('a', { task: 't', type: 'stdout', follow: true })) {
        assert.equal(Buffer.from(part).toString(), 'hi');
      }
    };
    return follow().then(
      () => assert.fail('The log ended without an error'),
      (error: unknown) => {
        assert.ok(isNomadError(error), String(error));
        return error;
      },
    );
  }

  it('is closed within a frame, however it ends', async () => {
    const body = '{"Data":"aGk="}{"Data":"aG';
    assert.equal((await logError(body)).kind, 'closed');
    const packed = gzipSync(body, { level: 0 }).subarray(0, -10);
    assert.equal((await logError(packed, { 'Content-Encoding': 'gzip' })).kind, 'closed');
  });

  it('is told in a sentence of ours', async () => {
    for (const frame of ['{"Data":7}', '{"Data":"aGk=","Offset":"x"}', '{"FileEvent":{}}', '{"File":[]}']) {
      const error = await logError(frame);
      assert.equal(error.kind, 'decode');
      assert.match(error.message, /^A frame of the stream can't be read: [A-Z]\w+ is not a \w+\.$/);
    }
  });
});
