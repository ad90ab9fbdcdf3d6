import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLog } from '../../../src/base/log.ts';
import { NomadClient } from '../../../src/nomad/client.ts';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadError } from '../../../src/nomad/http/errors.ts';
import type { Job } from '../../../src/nomad/types/job.ts';
import { afterTest, serve } from './servers.ts';

type Call = (client: NomadClient) => Promise<unknown>;

const job = { ID: 'web', Name: 'web', TaskGroups: [] } as unknown as Job;

/** What the extension reads, with an answer that it takes. */
const operations: Readonly<Record<string, readonly [Call, unknown]>> = {
  'jobs.list': [(c) => c.jobs.list(), [{ ID: 'web', Name: 'web', ModifyIndex: 3, Periodic: false }]],
  'jobs.statuses': [
    (c) => c.jobs.statuses(),
    [{ ID: 'web', Allocs: [{ ID: 'a', ClientStatus: 'running' }], ChildStatuses: null, LatestDeployment: { ID: 'd' } }],
  ],
  'jobs.read': [
    (c) => c.jobs.read('web'),
    { ID: 'web', TaskGroups: [{ Name: 'app', Count: 1, Tasks: [{ Name: 'm' }] }] },
  ],
  'jobs.parse': [(c) => c.jobs.parse({ hcl: 'x' }), { ID: 'web', TaskGroups: [{ Name: 'app', Tasks: null }] }],
  'jobs.plan': [
    (c) => c.jobs.plan(job, { diff: true }),
    {
      JobModifyIndex: 4,
      Diff: { Type: 'Edited', Objects: [{ Name: 'o', Objects: [{ Name: 'p', Fields: [{ Name: 'f' }] }] }] },
      Annotations: { DesiredTGUpdates: { app: { Place: 1 } } },
      FailedTGAllocs: { app: { NodesEvaluated: 1, DimensionExhausted: { cpu: 1 } } },
    },
  ],
  'jobs.register': [(c) => c.jobs.register(job), { EvalID: 'e', JobModifyIndex: 4, Warnings: '' }],
  'jobs.stop': [(c) => c.jobs.stop('web'), { EvalID: 'e' }],
  'jobs.revert': [(c) => c.jobs.revert('web', 0), { EvalID: 'e' }],
  'jobs.versions': [
    (c) => c.jobs.versions('web'),
    { Versions: [{ ID: 'web', Version: 1 }], Diffs: [{ Type: 'None' }] },
  ],
  'jobs.submission': [(c) => c.jobs.submission('web', 0), { Source: 'job {}', VariableFlags: { a: '1' } }],
  'jobs.allocations': [(c) => c.jobs.allocations('web'), [{ ID: 'a', TaskStates: { m: { Events: [{ Type: 'x' }] } } }]],
  'allocations.list': [(c) => c.allocations.list(), [{ ID: 'a', DeploymentStatus: { Healthy: true } }]],
  'allocations.read': [(c) => c.allocations.read('a'), { ID: 'a', TaskStates: { m: { Events: null } } }],
  'deployments.list': [
    (c) => c.deployments.list(),
    [{ ID: 'd', JobID: 'web', TaskGroups: { app: { Promoted: true } } }],
  ],
  'deployments.read': [(c) => c.deployments.read('d'), { ID: 'd', JobID: 'web', JobVersion: 1 }],
  'deployments.promoteAll': [(c) => c.deployments.promoteAll('d'), { EvalID: 'e' }],
  'evaluations.list': [(c) => c.evaluations.list(), [{ ID: 'e', QueuedAllocations: { app: 1 } }]],
  'evaluations.read': [(c) => c.evaluations.read('e'), { ID: 'e', FailedTGAllocs: null }],
  'agent.self': [(c) => c.agent.self(), { config: { Region: 'global', Version: { Version: '2.0.0' } } }],
  'agent.namespaces': [(c) => c.agent.namespaces(), [{ Name: 'default' }]],
  'agent.tokenSelf': [(c) => c.agent.tokenSelf(), { AccessorID: 'a', Policies: ['p'] }],
  'agent.leader': [(c) => c.agent.leader(), '127.0.0.1:4647'],
};

/** Each value of `value` replaced by one of another kind, one at a time. */
function* distorted(value: unknown): Generator {
  yield* otherKinds(value);
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) for (const other of distorted(item)) yield value.with(at, other);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      for (const other of distorted(item)) yield { ...value, [name]: other };
    }
  }
}

function otherKinds(value: unknown): unknown[] {
  const kinds = ['text of a server', 7.5, true, [null], [[]], { constructor: 1, length: 2 }, -3, 2 ** 60, 1e300];
  return kinds.filter((kind) => typeof kind !== typeof value || Array.isArray(kind) !== Array.isArray(value));
}

const ours =
  /^(?:http:\S+ answers, but not as (?:Nomad does: the answer is not (?:a list|an object|a text)|a Nomad agent does)|The answer of http:\S+ can't be read: [A-Za-z0-9.[\]…]+ is (?:not (?:a list|an object|a text|a number|an index)|neither true nor false))\.$/;

async function errorOf(promise: Promise<unknown>): Promise<NomadError | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    assert.ok(isNomadError(error), String(error));
    return error;
  }
}

describe('Malformed answers', () => {
  for (const [name, [call, good]] of Object.entries(operations)) {
    it(`of ${name} are told in one sentence of ours, without what the server sent`, async () => {
      let body = JSON.stringify(good);
      const logged: string[] = [];
      const server = await serve((_, response) => response.end(body));
      const log = { ...silentLog, warn: (message: string) => logged.push(message) };
      const client = new NomadClient({ address: server.address }, { log });
      afterTest(() => {
        client.dispose();
      });
      assert.equal(await errorOf(call(client)), undefined);
      const bad = [...distorted(good)];
      for (const answer of bad) {
        body = JSON.stringify(answer);
        const error = await errorOf(call(client));
        assert.ok(error, body);
        assert.ok(isNomadError(error, 'notNomad', 'decode'), body);
        assert.match(error.message, ours, body);
        assert.doesNotMatch(error.message, /text of a server/);
      }
      assert.ok(bad.length >= 6);
      if (name !== 'agent.self') assert.equal(logged.length, bad.length);
      assert.doesNotMatch(logged.join(), /text of a server/);
    });
  }

  it('with an index that is none block on nothing', async () => {
    const indexes = ['1e400', String(2n ** 60n), '-1', 'x', 'NaN', '1.5', ''];
    const server = await serve((_, response) => {
      response.writeHead(200, { 'X-Nomad-Index': indexes.shift() ?? '9' }).end('[]');
    });
    const client = new NomadClient({ address: server.address });
    afterTest(() => {
      client.dispose();
    });
    const seen: number[] = [];
    while (seen.at(-1) !== 9) seen.push((await client.jobs.list()).meta.index);
    assert.deepEqual(seen, [0, 0, 0, 0, 0, 0, 0, 9]);
  });
});
