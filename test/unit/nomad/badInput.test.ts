import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import type { ReadOptions } from '../../../src/nomad/http/query.ts';
import { operationsOf } from '../../support/operations.ts';
import { allocationInputs } from './badAllocationInput.ts';
import { clusterInputs } from './badClusterInput.ts';
import { outcome } from './badInput.ts';
import type { Inputs } from './badInput.ts';
import { jobInputs } from './badJobInput.ts';
import { afterTest, json, serve } from './servers.ts';

const operations = { ...jobInputs, ...allocationInputs, ...clusterInputs };

const numbers = [-1, 1.5, NaN, Infinity, 2 ** 53];
const texts = ['', 'a\0b', '\ud800'];
const ids = [...texts, '.', '..'];

/** What may not be sent, by the field that errors name. */
const writeOptions: Readonly<Record<string, readonly ReadOptions[]>> = {
  namespace: [{ namespace: 'a\0' }, { namespace: '\udc00' }],
  region: [{ region: 'a\0' }],
};
const readOptions: Readonly<Record<string, readonly ReadOptions[]>> = {
  ...writeOptions,
  prefix: [{ prefix: 'a\0' }],
  filter: [{ filter: 'ID == "\0"' }],
  'next token': [{ nextToken: '\0' }],
  index: numbers.map((index) => ({ index })),
  wait: [-1, NaN, -Infinity].map((waitMs) => ({ waitMs })),
  'per page': numbers.map((perPage) => ({ perPage })),
};

type Attempt = readonly [field: string, value: string, call: (client: FullNomadClient) => unknown];

function attemptsOf({ read, write, ids: ofIds = {}, texts: ofTexts = {}, numbers: ofNumbers = {}, more }: Inputs) {
  const table = <T>(calls: Readonly<Record<string, (client: FullNomadClient, value: T) => unknown>>, values: T[]) =>
    Object.entries(calls).flatMap(([field, call]) =>
      values.map((value): Attempt => [field, JSON.stringify(value), (client) => call(client, value)]),
    );
  const common = (call: Inputs['read'], options: typeof readOptions) =>
    Object.entries(call === undefined ? {} : options).flatMap(([field, values]) =>
      values.map((value): Attempt => [field, JSON.stringify(value), (client) => call?.(client, value)]),
    );
  return [
    ...common(read, readOptions),
    ...common(write, writeOptions),
    ...table(ofIds, ids),
    ...table(ofTexts, texts),
    ...table(ofNumbers, numbers),
    ...(more ?? []).map(([field, call]): Attempt => [field, String(call).slice(0, 60), call]),
  ];
}

describe('Input that can not be sent as it is meant', () => {
  it('is known of each operation', () => {
    const client = new FullNomadClient({ address: 'http://127.0.0.1:1' });
    afterTest(() => {
      client.dispose();
    });
    assert.deepEqual(Object.keys(operations).sort(), operationsOf(client));
    for (const [name, inputs] of Object.entries(operations)) assert.ok(attemptsOf(inputs).length > 0, name);
  });

  for (const [name, inputs] of Object.entries(operations)) {
    it(`is refused by ${name}, which names the field and sends nothing`, async () => {
      const server = await serve((_, response) => {
        json(response, {});
      });
      const client = new FullNomadClient({ address: server.address });
      afterTest(() => {
        client.dispose();
      });
      for (const [field, value, call] of attemptsOf(inputs)) {
        const result = ((): Promise<void> => {
          const made = call(client);
          return outcome(made);
        })();
        await assert.rejects(result, (error) => {
          assert.ok(isNomadError(error, 'rejected'), `${field} ${value}: ${String(error)}`);
          assert.equal(error.field, field, value);
          assert.match(error.message, /^(?:The|No) .*\.$/);
          return true;
        });
      }
      assert.equal(server.received.length, 0);
    });
  }
});

describe('Version tags', () => {
  it('never ask for the latest version, which crashes servers where the job is gone', async () => {
    const server = await serve(({ method }, response) => {
      if (method === 'GET') response.writeHead(405).end('Invalid method');
      else json(response, { Name: 't' });
    });
    const client = new FullNomadClient({ address: server.address });
    afterTest(() => {
      client.dispose();
    });
    const latest = { Latest: true, latest: true } as object;
    await client.jobs.tagVersion('web', 't', 0, { description: 'd', ...latest });
    assert.deepEqual(server.received[1]?.body, { Version: 0, Description: 'd' });
  });
});
