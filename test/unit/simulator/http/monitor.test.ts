import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withSimulator } from './http.ts';

/** Does something once a stream is open, and reads it until `enough` holds for its text. */
async function readAfter(
  address: string,
  path: string,
  act: () => Promise<unknown>,
  enough: (text: string) => boolean,
): Promise<string> {
  const controller = new AbortController();
  const response = await fetch(address + path, { signal: controller.signal });
  await act();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      if (enough(text)) return text;
    }
    return text;
  } finally {
    controller.abort();
  }
}

describe('the log of the agent', () => {
  it('comes as frames, with a sign of life every second', () =>
    withSimulator({}, async ({ call, simulator, coming }) => {
      const ask = () => call('GET', '/v1/regions');
      const path = '/v1/agent/monitor?log_level=debug';
      const text = await coming(readAfter(simulator.address, path, ask, (all) => all.endsWith('{}')));
      const frames = text.split(/(?<=\})(?=\{)/);
      assert.equal(frames.at(-1), '{}');
      const first = JSON.parse(frames[0] ?? '') as { Data: string; FileEvent: string };
      assert.equal(first.FileEvent, 'log');
      assert.match(
        Buffer.from(first.Data, 'base64').toString('utf8'),
        /^\S+Z \[DEBUG\] http: request complete: method=GET path=\/v1\/regions duration=("[\d.]+µs"|[\d.]+ms)\n/,
      );
    }));

  it('is plain text or JSON on demand, and leaves out lower levels', () =>
    withSimulator({}, async ({ call, simulator, coming }) => {
      const path = '/v1/agent/monitor?plain=true&log_json=true';
      const job = {
        ID: 'web',
        Name: 'web',
        Type: 'service',
        Datacenters: ['dc1'],
        TaskGroups: [{ Name: 'app', Count: 1, Tasks: [{ Name: 'server', Driver: 'docker', Config: { image: 'x' } }] }],
      };
      const register = () => call('PUT', '/v1/jobs', { Job: job });
      const isEnough = (all: string) => /"type":"Started".*\n/.test(all);
      const text = await coming(readAfter(simulator.address, path, register, isEnough));
      const lines = text.split('\n').slice(0, -1);
      const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.ok(parsed.every((line) => line['@level'] === 'info'));
      assert.ok(parsed.some((line) => line['@message'] === 'Task event' && line['type'] === 'Started'));
    }));
});
