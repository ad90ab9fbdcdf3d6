import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { systemClock } from '../../../src/base/clock.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { afterTest, serve } from './servers.ts';
import type { Respond } from './servers.ts';

const mebibyte = 1024 * 1024;
const job = { ID: 'web', Name: 'web', TaskGroups: [] } as unknown as Job;

async function clientOf(respond: Respond, timeoutMs = 30_000): Promise<FullNomadClient> {
  const server = await serve(respond);
  const client = new FullNomadClient({ address: server.address, timeoutMs });
  afterTest(() => {
    client.dispose();
  });
  return client;
}

async function fails(promise: Promise<unknown>, kind: NomadErrorKind, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(isNomadError(error), String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, message);
    return true;
  });
}

/** So many mebibytes of a text, as gzip members that are unpacked one after the other. */
function packed(text: string, mebibytes: number): Buffer {
  const member = gzipSync(Buffer.alloc(mebibyte, text));
  return Buffer.concat(Array.from({ length: mebibytes }, () => member));
}

describe('An answer that unpacks to far more than was sent', () => {
  const read = (client: FullNomadClient) => client.jobs.read('web');
  const list = (client: FullNomadClient) => client.jobs.list();
  const plan = (client: FullNomadClient) => client.jobs.plan(job);
  const exact = (client: FullNomadClient) => client.readExact('/v1/jobs', ['SubmitTime']);

  it('is refused before it is parsed', async () => {
    const bomb = packed('{},', 256);
    assert.ok(bomb.byteLength < 400_000);
    const client = await clientOf((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb));
    for (const call of [read, list, plan, exact]) {
      const before = process.memoryUsage().heapUsed;
      await fails(call(client), 'tooLarge', /is larger than \d+ MiB\.$/);
      const grownMb = (process.memoryUsage().heapUsed - before) / 1e6;
      assert.ok(grownMb < 50, `${String(grownMb)} MB`);
    }
  }).timeout(30_000);

  it('is refused within its size where it holds more values than Nomad writes', async () => {
    for (const text of ['{},', '0,', '[', '"":0,']) {
      const bomb = packed(text, 24);
      const client = await clientOf((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb));
      await fails(read(client), 'tooLarge', /holds more than 2 million values\.$/);
    }
    const bomb = packed('{},', 24);
    const client = await clientOf((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb));
    await fails(plan(client), 'tooLarge', /holds more than 2 million values\.$/);
    await fails(list(client), 'tooLarge', /holds more than 8 million values\.$/);
    await fails(exact(client), 'tooLarge', /holds more than 8 million values\.$/);
  }).timeout(30_000);

  it('is bounded however it is packed, and for writes, errors and files too', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(36 * mebibyte, ' '), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    });
    const client = await clientOf(({ path }, response) => {
      const gone = path === '/v1/job/gone';
      response.writeHead(gone ? 500 : 200, { 'Content-Encoding': 'br' }).end(bomb);
    });
    await fails(read(client), 'tooLarge', /32 MiB/);
    await fails(client.jobs.stop('web'), 'tooLarge', /32 MiB/);
    await fails(client.jobs.read('gone'), 'decode', /decompressed/);
  }).timeout(30_000);

  it('is no matter where it is one of Nomad: 10,000 jobs with 100,000 allocations', async () => {
    const id = '5ec4e700-0000-4000-8000-000000000000';
    const allocation = { ID: id, Group: 'app', ClientStatus: 'running', NodeID: id, JobVersion: 3, FollowupEvalID: '' };
    const status = { DeploymentStatus: { Canary: false, Healthy: true }, HasPausedTask: false };
    const body = Array.from({ length: 10_000 }, (_, at) => ({
      ...{ ID: `job-${String(at)}`, Name: `job-${String(at)}`, Namespace: 'default', Type: 'service', Priority: 50 },
      ...{ Datacenters: ['dc1'], NodePool: 'default', Status: 'running', Stop: false, Version: 3, ModifyIndex: at },
      ...{ SubmitTime: 1_700_000_000_000_000_000, GroupCountSum: 10, ChildStatuses: null },
      Allocs: Array.from({ length: 10 }, () => ({ ...allocation, ...status })),
      LatestDeployment: { ID: id, JobVersion: 3, Status: 'successful', StatusDescription: 'Done' },
    }));
    const packedBody = gzipSync(JSON.stringify(body), { level: 1 });
    const client = await clientOf((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packedBody);
    });
    assert.equal((await client.jobs.statuses()).value.length, 10_000);
  }).timeout(20_000);
});

describe('An answer that comes slowly', () => {
  /** Sends pieces until the last, and then the end. */
  function sendSlowly(everyMs: number, pieces: readonly string[]): Respond {
    return (_, response) => {
      const send = (at: number) => {
        if (response.destroyed) return;
        if (at === pieces.length) {
          response.end();
          return;
        }
        response.write(pieces[at]);
        systemClock.timer(everyMs, () => {
          send(at + 1);
        });
      };
      send(0);
    };
  }

  it('is given up at the time limit of its call where it only trickles', async () => {
    const endless = Array.from({ length: 100_000 }, () => ' ');
    const client = await clientOf(sendSlowly(5, endless), 1000);
    const all = [
      client.jobs.list(),
      client.jobs.statuses(),
      client.jobs.read('web'),
      client.jobs.plan(job),
      // A blocking read may wait for its answer, but not for the rest of it.
      client.jobs.list({ index: 4, waitMs: 60_000 }),
    ];
    await Promise.all(all.map((each) => fails(each, 'timeout', /was not complete after \d[\d.]* s|stopped for/)));
  }).timeout(10_000);

  it('is given up where what trickles is a refusal', async () => {
    const endless = Array.from({ length: 100_000 }, () => 'x');
    const server = sendSlowly(5, endless);
    const client = await clientOf((request, response) => {
      response.writeHead(500);
      server(request, response);
    }, 1000);
    await fails(client.jobs.list(), 'timeout', /was not complete|stopped for/);
  }).timeout(10_000);

  it('is waited for beyond its time limit where much comes', async () => {
    const piece = `{"ID":"${'x'.repeat(64 * 1024)}"}`;
    const pieces = Array.from({ length: 8 }, (_, at) => `${at === 0 ? '[' : ','}${piece}`);
    const client = await clientOf(sendSlowly(150, [...pieces, ']']), 1000);
    assert.equal((await client.jobs.list()).value.length, 8);
  }).timeout(10_000);
});
