import type { Scenario } from '../support/replay.ts';
import { group, job, second, task, update } from './parts.ts';

/**
 * Answers the checks; once it does it sleeps, as the clock of the replay sees it. Another replay on this machine has the
 * same ports, as it has the same ids, and answers alike.
 */
const listening = [
  "const asleep = () => require('node:child_process').spawn('sleep', ['3600'])",
  "const place = { port: +process.env.NOMAD_PORT_http, host: '127.0.0.1', reusePort: process.platform === 'linux' }",
  "require('node:http').createServer((_, r) => r.end('ok')).listen(place, asleep)",
].join('; ');

const checked = {
  Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
  Services: [
    {
      Name: 'web-svc',
      Provider: 'nomad',
      PortLabel: 'http',
      Tags: ['b', 'a'],
      Checks: [
        { Name: 'tcp-check', Type: 'tcp', Interval: second, Timeout: second },
        { Name: 'http-check', Type: 'http', Path: '/', Interval: second, Timeout: second },
      ],
    },
  ],
};

export const registryScenarios: Readonly<Record<string, Scenario>> = {
  's13-services': {
    setUp: async (replay) => {
      const Tasks = [{ ...task(), Config: { command: process.execPath, args: ['-e', listening] } }];
      await replay.register(job('svc', { TaskGroups: [group({ Count: 2, Tasks, ...checked })], Update: update }));
      await replay.running('svc', 2);
      replay.nameAllocations('svc');
    },
    before: {
      'list after purge': (replay) => replay.call('DELETE', '/v1/job/svc?purge=true').then(() => undefined),
    },
  },
  's13-variables': {
    before: {
      'list empty': async (replay) => {
        for (const path of ['app/new', 'nomad/jobs/x']) await replay.call('DELETE', `/v1/var/${path}`);
      },
    },
    bodies: { 'too large (70 KB)': () => JSON.stringify({ Path: 'app/big', Items: { a: 'x'.repeat(70_000) } }) },
  },
};
