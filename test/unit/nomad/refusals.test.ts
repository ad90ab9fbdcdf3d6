import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isNomadError } from '../../../src/nomad/http/errors.ts';
import type { NomadError, NomadErrorKind } from '../../../src/nomad/http/errors.ts';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { afterTest, json, serve, text } from './servers.ts';
import type { Respond, TestServer } from './servers.ts';

async function clientOf(respond: Respond): Promise<{ client: FullNomadClient; server: TestServer }> {
  const server = await serve(respond);
  const client = new FullNomadClient({ address: server.address });
  afterTest(() => {
    client.dispose();
  });
  return { client, server };
}

async function failure(attempt: () => Promise<unknown>, kind: NomadErrorKind): Promise<NomadError> {
  try {
    await attempt();
  } catch (error) {
    assert.ok(isNomadError(error), String(error));
    assert.equal(error.kind, kind, error.message);
    return error;
  }
  throw new Error(`Expected an error of kind ${kind}`);
}

/** The field that is refused, and how it is given; without a check each of these would do something else. */
const refusals: [string, (client: FullNomadClient) => Promise<unknown>][] = [
  ['job id', async (c) => c.jobs.services('')],
  ['job id', async (c) => c.jobs.tagVersion('a/b', 't', 0)],
  ['tag name', async (c) => c.jobs.tagVersion('web', 'a/b', 0)],
  ['tag name', async (c) => c.jobs.untagVersion('web', '')],
  ['version', async (c) => c.jobs.tagVersion('web', 't', NaN)],
  ['version', async (c) => c.jobs.revert('web', NaN)],
  ['version', async (c) => c.jobs.revert('web', -1)],
  ['version', async (c) => c.jobs.stable('web', 1.5, true)],
  ['prior version', async (c) => c.jobs.revert('web', 1, { enforcePriorVersion: NaN })],
  ['count', async (c) => c.jobs.scale('web', 'app', NaN)],
  ['count', async (c) => c.jobs.scale('web', 'app', -1)],
  ['group name', async (c) => c.jobs.scale('web', '', 1)],
  ['payload', async (c) => c.jobs.dispatch('web', { payload: 'é'.repeat(8193) })],
  ['groups', async (c) => c.deployments.promoteGroups('d', [])],
  ['group name', async (c) => c.deployments.promoteGroups('d', ['app', ''])],
  ['task name', async (c) => c.allocations.restart('a', { task: '' })],
  ['task name', async (c) => c.allocations.signal('a', 'SIGHUP', { task: '' })],
  ['signal name', async (c) => c.allocations.signal('a', '')],
  ['task name', async (c) => c.allocations.setPauseState('a', '', 'run')],
  ['offset', async (c) => c.files.cat('a', 'f', { offset: -1 })],
  ['limit', async (c) => c.files.cat('a', 'f', { limit: NaN })],
  ['variable path', async (c) => c.variables.read('')],
  ['cas', async (c) => c.variables.write('x', {}, { cas: NaN })],
  ['cas', async (c) => c.variables.delete('x', { cas: -1 })],
  ['node id', async (c) => c.nodes.purge('')],
  ['namespace', async (c) => c.namespaces.read('..')],
  ['service instance id', async (c) => c.services.delete('s', '')],
];

describe('Input that is refused', () => {
  for (const [field, attempt] of refusals) {
    it(`names the ${field} and sends nothing: ${String(attempt).replace(/^async \(c\) => /, '')}`, async () => {
      const { client, server } = await clientOf((_, response) => {
        json(response, {});
      });
      assert.equal((await failure(() => attempt(client), 'rejected')).field, field);
      assert.equal(server.received.length, 0);
    });
  }

  it('takes a payload of the largest size', async () => {
    const { client, server } = await clientOf((_, response) => {
      json(response, {});
    });
    await client.jobs.dispatch('web', { payload: new Uint8Array(16_384) });
    assert.equal((server.received[0]?.body as { Payload: string } | undefined)?.Payload.length, 21_848);
  });
});

describe('Version tags', () => {
  /** A 1.9 agent knows the route; an older one reads the whole path as the id of a job. */
  const agent =
    (knowsTags: boolean): Respond =>
    ({ method }, response) => {
      if (method !== 'GET') json(response, { Name: 't' });
      else if (knowsTags) text(response, 405, 'Invalid method');
      else text(response, 404, 'job not found');
    };

  it('are set and taken off where the agent knows their route', async () => {
    const { client, server } = await clientOf(agent(true));
    await client.jobs.tagVersion('web', 'gol den', 3, { description: 'd', namespace: 'ops' });
    await client.jobs.untagVersion('web', 'gol den');
    assert.deepEqual(
      server.received.map(({ method, url, body }) => [method, url, body]),
      [
        ['GET', '/v1/job/web/versions/gol%20den/tag?namespace=ops', undefined],
        ['POST', '/v1/job/web/versions/gol%20den/tag?namespace=ops', { Version: 3, Description: 'd' }],
        ['GET', '/v1/job/web/versions/gol%20den/tag', undefined],
        ['DELETE', '/v1/job/web/versions/gol%20den/tag', undefined],
      ],
    );
  });

  it('never stop a job on an agent that would take their removal for that', async () => {
    const { client, server } = await clientOf(agent(false));
    await failure(() => client.jobs.untagVersion('web', 't'), 'unsupported');
    assert.match((await failure(() => client.jobs.tagVersion('web', 't', 1), 'unsupported')).message, /1\.9/);
    assert.deepEqual(
      server.received.map(({ method }) => method),
      ['GET', 'GET'],
    );
  });

  it('stay as they are where the agent answers anything else', async () => {
    const answers: [number, string, NomadErrorKind][] = [
      [403, 'Permission denied', 'denied'],
      [500, 'No cluster leader', 'noLeader'],
      [405, 'Method Not Allowed', 'unsupported'],
      [200, '{"ID":"web/versions/t/tag"}', 'unsupported'],
    ];
    for (const [status, body, kind] of answers) {
      const { client, server } = await clientOf((_, response) => {
        text(response, status, body);
      });
      await failure(() => client.jobs.untagVersion('web', 't'), kind);
      assert.equal(server.received.length, 1);
    }
  });
});

describe('Secrets of requests', () => {
  const secret = 'hunter2-and-more';

  it('are not repeated by an error, whoever repeats them', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 400, `invalid request: ${secret} is not good`);
    });
    const attempts = [
      () => client.variables.write('x', { password: secret }),
      () => client.jobs.revert('web', 1, { consulToken: secret }),
      () => client.jobs.revert('web', 1, { vaultToken: secret }),
      () => client.acl.loginWithJwt('m', secret),
      () => client.acl.oidcAuthUrl('m', 'http://localhost:1/', secret),
      () => client.acl.completeOidc('m', 'http://localhost:1/', 'n1', { state: 's1', code: secret }),
    ];
    for (const attempt of attempts) {
      const error = await failure(attempt, 'rejected');
      const shown = `${error.message} ${error.body ?? ''} ${error.stack ?? ''} ${JSON.stringify(error)}`;
      assert.doesNotMatch(shown, new RegExp(secret));
      assert.match(error.message, /\[redacted\] is not good/);
    }
  });

  it('leave an error readable where they are so short that they occur in its words', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 400, 'invalid request: a state is required');
    });
    const attempts = [
      () => client.acl.completeOidc('m', 'http://localhost:1/', 'a', { state: 's', code: 'is' }),
      () => client.acl.oidcAuthUrl('m', 'http://localhost:1/', 're'),
      () => client.acl.loginWithJwt('m', 'a'),
      () => client.jobs.revert('web', 1, { consulToken: 'e', vaultToken: 'is' }),
      () => client.variables.write('x', { password: 'req' }),
    ];
    for (const attempt of attempts) {
      assert.match((await failure(attempt, 'rejected')).message, /: invalid request: a state is required$/);
    }
  });

  it('of a variable that changed meanwhile are not in the conflict', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 409, JSON.stringify({ Path: 'x', ModifyIndex: 9, Items: { password: secret } }));
    });
    for (const attempt of [
      () => client.variables.write('x', { password: 'mine' }, { cas: 8 }),
      () => client.variables.delete('x', { cas: 8 }),
    ]) {
      const error = await failure(attempt, 'conflict');
      assert.equal(error.status, 409);
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, new RegExp(secret));
    }
  });
});

describe('The health of an agent', () => {
  it('is an answer, also where it is bad', async () => {
    const bad = { server: { ok: false, message: 'no leader' } };
    const { client } = await clientOf((_, response) => {
      text(response, 500, JSON.stringify(bad));
    });
    assert.deepEqual((await client.agent.health()).value, bad);
  });

  it('is an error where something else answers', async () => {
    const { client } = await clientOf((_, response) => {
      text(response, 500, 'it broke');
    });
    await failure(() => client.agent.health(), 'server');
  });
});
