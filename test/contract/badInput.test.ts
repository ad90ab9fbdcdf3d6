import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { isNomadError } from '../../src/nomad/http/errors.ts';
import { operationsOf } from '../support/operations.ts';
import type { BadInput, Known } from './support/badInputs.ts';
import { clusterInputs } from './support/clusterInputs.ts';
import { contract } from './support/contract.ts';
import type { Contract } from './support/contract.ts';
import { jobInputs } from './support/jobInputs.ts';
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

async function assertRefused(c: Contract, input: BadInput, known: Known): Promise<void> {
  const { call, words, routeSince, enterpriseSince } = input;
  const isUnknown = routeSince !== undefined && !c.atLeast(...routeSince);
  const isEnterprise = enterpriseSince !== undefined && c.atLeast(...enterpriseSince);
  let value: unknown;
  try {
    value = await valueOf(call(known));
  } catch (error) {
    assert.ok(
      isNomadError(error, 'rejected', 'notFound', 'conflict', 'unsupported'),
      `${String(call)}: ${String(error)}`,
    );
    assert.equal(error.kind === 'unsupported', isUnknown || isEnterprise, `${String(call)}: ${error.message}`);
    // An agent that doesn't know the route has nothing to say of the input.
    if (isUnknown) return;
    assert.ok(words?.test(error.body ?? error.message) === true, `${String(call)}: ${error.message}`);
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
        if (input.since !== undefined && !c.atLeast(...input.since)) continue;
        if (input.gives === undefined) await assertRefused(c, input, known);
        else assert.ok(input.gives(await valueOf(input.call(known))), String(input.call));
      }
    });
  }
});
