import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { afterTest, listen } from './servers.ts';

const mebibyte = 1024 * 1024;
const floodBytes = 100 * mebibyte;
const part = Buffer.alloc(64 * 1024, 'x');
/** What the sockets of both sides hold. */
const slackBytes = 12 * mebibyte;

/** Answers with `head` and 100 MiB as fast as they are taken. Resolves to what was taken when the client closes. */
async function startFlood(head: string): Promise<{ address: string; taken: Promise<number> }> {
  let resolveTaken: (bytes: number) => void = () => undefined;
  const taken = new Promise<number>((resolve) => (resolveTaken = resolve));
  const server = createServer((socket) => {
    socket.once('data', () => {
      let written = 0;
      const flow = () => {
        while (written < floodBytes && !socket.destroyed) {
          written += part.byteLength;
          if (!socket.write(part)) return;
        }
        if (written >= floodBytes) socket.end();
      };
      socket.write(`HTTP/1.1 ${head}\r\nContent-Type: text/plain\r\n\r\n`);
      socket.on('drain', flow);
      flow();
    });
    socket.on('close', () => {
      resolveTaken(socket.bytesWritten);
    });
  });
  const port = await listen(server);
  return { address: `http://127.0.0.1:${String(port)}`, taken };
}

const floods: [string, string, number, NomadErrorKind, (client: NomadClient) => Promise<unknown>][] = [
  ['an answer', '200 OK', mebibyte, 'tooLarge', (client) => client.jobs.list()],
  ['an answer to a write', '200 OK', mebibyte, 'tooLarge', (client) => client.jobs.stop('web')],
  ['an error', '500 Internal Server Error', mebibyte, 'server', (client) => client.jobs.list()],
  ['a refused write', '403 Forbidden', mebibyte, 'denied', (client) => client.jobs.stop('web')],
  [
    'a redirect',
    '307 Temporary Redirect\r\nLocation: http://other.example/',
    0,
    'notNomad',
    (client) => client.jobs.list(),
  ],
  [
    'a line of the event stream',
    '200 OK',
    16 * mebibyte,
    'tooLarge',
    async (client) => {
      for await (const batch of client.events.stream({ topics: ['Job'], signal: new AbortController().signal })) {
        assert.fail(JSON.stringify(batch));
      }
    },
  ],
  [
    'a refused session',
    '500 Internal Server Error',
    mebibyte,
    'server',
    async (client) => {
      const end = await client.allocations.exec('a', { task: 't', command: ['x'], tty: false }).ended;
      if (end.kind === 'closed') throw end.error;
    },
  ],
];

describe('A flood of 100 MiB', () => {
  for (const [what, head, boundBytes, kind, call] of floods) {
    it(`stops at the bound of ${what}`, async () => {
      const { address, taken } = await startFlood(head);
      const client = new NomadClient({ address }, { maxBytes: mebibyte });
      afterTest(() => {
        client.dispose();
      });
      const before = process.memoryUsage().rss;
      const error = await call(client).then(
        () => assert.fail('it was taken'),
        (reason: unknown) => reason,
      );
      assert.ok(isNomadError(error), String(error));
      assert.equal(error.kind, kind, error.message);
      const bytes = await taken;
      assert.ok(bytes <= boundBytes + slackBytes, `${String(bytes)} bytes were taken`);
      assert.ok(process.memoryUsage().rss - before < 96 * mebibyte, 'it was kept');
    });
  }
});
