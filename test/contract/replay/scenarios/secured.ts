import type { Replay, Scenario } from '../support/replay.ts';
import { job, second, update } from './parts.ts';

const canary = { ...update, Canary: 1 };
/** The rollout of the other job was not over at the end. */
const slow = { ...update, MinHealthyTime: 100 * second, HealthyDeadline: 200 * second, ProgressDeadline: 300 * second };
const changed = { Meta: { a: '1' }, Update: canary };

/** The job that the recording registers without showing it; another token makes a version of it even so. */
const register = () => JSON.stringify({ Job: job('aclj', changed) });

/** The management token of the recordings, by the secret that stands for it there. */
const management = '5ec4e700-0000-4000-8000-000000000001';

async function as(replay: Replay, method: string, path: string, body?: unknown): Promise<unknown> {
  return replay.call(method, path, body, { 'X-Nomad-Token': replay.ids.translate(management) });
}

/** A rollout that waits to be promoted, and a job of another namespace. */
async function jobs(replay: Replay): Promise<void> {
  await as(replay, 'PUT', '/v1/jobs', { Job: job('aclj', { Update: canary }) });
  await as(replay, 'PUT', '/v1/jobs?namespace=team-a', { Job: job('in-team-a', { Update: slow }) });
  await replay.settled('aclj');
  await as(replay, 'PUT', '/v1/jobs', { Job: job('aclj', changed) });
  await replay.rollout('aclj', 1);
}

/** A token that a recorded stream is opened with. */
async function token(replay: Replay, recorded: string, more: Record<string, unknown> = {}): Promise<string> {
  const body = { Name: 'stream', Type: 'client', Policies: ['reader'], ...more };
  const made = (await as(replay, 'PUT', '/v1/acl/token', body)) as { AccessorID: string; SecretID: string };
  replay.ids.learn(recorded, made.SecretID);
  return made.AccessorID;
}

export const securedScenarios: Readonly<Record<string, Scenario>> = {
  's15-acl': {
    acl: {},
    setUp: (replay) => {
      const node = replay.isNew ? '9850bc9c-4048-5f56-1afd-39296103eff3' : '19e54486-0ab3-304c-bdb7-9dc6fd3f60b6';
      replay.ids.name(node, [...replay.simulator.cluster.store.nodes.keys()][0] ?? '');
      return Promise.resolve();
    },
    before: {
      'submit-no-exec: logs': (replay) => replay.pass(2000),
      'policy reader': (replay) => as(replay, 'PUT', '/v1/namespace', { Name: 'team-a' }).then(() => undefined),
      'reader: plan': jobs,
      'submit-no-exec: promote': (replay) => replay.rollout('aclj', 2),
      'events: token deleted during the stream': async (replay) => {
        const accessor = await token(
          replay,
          replay.isNew ? '7c25e5f5-33bf-614f-283f-f966fe3a4d9f' : 'c5a76fe0-97c5-6495-4df6-c9d44ce1c98e',
        );
        replay.meanwhile.onceBegun(async () => {
          await as(replay, 'DELETE', `/v1/acl/token/${accessor}`);
          await as(replay, 'PUT', '/v1/jobs', { Job: job('wake') });
        });
      },
      'events: token expires during the stream': async (replay) => {
        const recorded = replay.isNew ? 'ade68736-ff80-4b49-4973-90791b1565cb' : 'ec098542-ac98-a995-720b-5b0789e315ba';
        await token(replay, recorded, { ExpirationTTL: '10s' });
        replay.meanwhile.onceBegun(async () => {
          await replay.pass(10_100);
          await as(replay, 'PUT', '/v1/jobs', { Job: job('woken') });
        });
      },
    },
    bodies: {
      'reader: register': register,
      'list-only: register': register,
      'submit-no-exec: register': register,
      'anonymous: register': register,
    },
  },
  's16-tls': { tls: true },
};
