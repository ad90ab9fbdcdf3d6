import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { isNomadError } from '../../src/nomad/errors.ts';
import { operationsOf } from '../support/operations.ts';
import { clusterInputs, jobInputs } from './support/badInputs.ts';
import type { BadInput, Known } from './support/badInputs.ts';
import { contract } from './support/contract.ts';
import { batch, service } from './support/jobs.ts';

const operations = { ...jobInputs, ...clusterInputs };

/** What an operation gives: the value of its answer, or the first part of its stream. */
async function valueOf(result: unknown): Promise<unknown> {
  const awaited = await result;
  if (!(awaited instanceof Object)) return awaited;
  if (Symbol.asyncIterator in awaited) {
    for await (const part of awaited as AsyncIterable<unknown>) return part;
  }
  return 'value' in awaited ? awaited.value : awaited;
}

async function assertRefused({ call, words }: BadInput, known: Known): Promise<void> {
  let value: unknown;
  try {
    value = await valueOf(call(known));
  } catch (error) {
    assert.ok(
      isNomadError(error, 'rejected', 'notFound', 'conflict', 'unsupported'),
      `${String(call)}: ${String(error)}`,
    );
    // An agent that doesn't know the route has nothing to say of the input.
    if (error.kind === 'unsupported') return;
    assert.ok(words?.test(error.body ?? '') === true, `${String(call)}: ${error.message}`);
    return;
  }
  assert.fail(`${String(call)} gave ${JSON.stringify(value)}`);
}

contract('bad input', (c) => {
  let known: Known;

  before(async () => {
    const [job, parameterized] = [c.id('bad'), c.id('bad-parent')];
    await c.register(service(job));
    await c.register(batch(parameterized, { script: 'true', job: { ParameterizedJob: {} } }));
    const { ID: deployment } = await c.deploymentIn(job, 'successful');
    const allocation = await c.runningId(job);
    known = { client: c.client, job, parameterized, allocation, deployment, nobody: c.id('nobody') };
  });

  it('is known of each operation', () => {
    assert.deepEqual(Object.keys(operations).sort(), operationsOf(c.client));
  });

  for (const [name, inputs] of Object.entries(operations)) {
    if (inputs.length === 0) continue;
    it(`is refused by ${name} in Nomad's words, or has no effect`, async () => {
      for (const input of inputs) {
        const [major, minor] = input.since ?? [0, 0];
        if (!c.atLeast(major, minor)) continue;
        if (input.gives === undefined) await assertRefused(input, known);
        else assert.ok(input.gives(await valueOf(input.call(known))), String(input.call));
      }
    });
  }
});
