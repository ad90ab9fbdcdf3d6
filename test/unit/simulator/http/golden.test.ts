import { describe, it } from 'mocha';
import { scalingPolicies } from '../../../simulator/cluster/scalingPolicies.ts';
import { type Found, deployed, recordedJob, replay, running, versions } from './golden.ts';
import { type Caller, withSimulator } from './http.ts';

const nodeOf = ({ simulator }: Caller) => [...simulator.cluster.store.nodes.keys()][0] ?? '';

for (const nomad of versions) {
  describe(`what a real agent of ${nomad} answered`, () => {
    const recorded = (test: (caller: Caller) => Promise<void>) => withSimulator({ nomad }, test);

    it('about itself', () =>
      recorded((caller) =>
        replay(caller, { nomad, scenario: 's01-agent', except: { ui: 'there is no web interface' } }),
      ));

    it('when its log was asked for', () =>
      recorded((caller) => replay(caller, { nomad, scenario: 's01-monitor', values: { node: nodeOf(caller) } })));

    it('about namespaces', () =>
      recorded((caller) =>
        replay(caller, {
          nomad,
          scenario: 's01-namespaces',
          before: { 'delete non-empty': () => running(caller, recordedJob('in-a'), 'team-a') },
          ...{ except: { 'job read in right namespace': 'jobs are compared elsewhere' } },
        }),
      ));

    it('about nodes', () =>
      recorded(async (caller) => {
        await running(caller, recordedJob('nodejob', { count: 2, group: { Migrate: { MaxParallel: 1 } } }));
        const jobs = 'jobs and allocations are compared elsewhere';
        const except = { 'node allocations': jobs, 'node pool jobs': jobs, 'deployments after drain': jobs };
        await replay(caller, { nomad, scenario: 's01-nodes', values: { node: nodeOf(caller) }, except });
      }));

    it('to searches', () => recorded((caller) => searches(caller, nomad)));

    it('about services', () =>
      recorded(async (caller) => {
        const [alloc = ''] = await running(caller, recordedJob('svc', { count: 2, group: withService }));
        await deployed(caller, 'svc');
        await replay(caller, {
          nomad,
          scenario: 's13-services',
          values: { alloc },
          before: { 'list after purge': () => caller.call('DELETE', '/v1/job/svc?purge=true') },
        });
      }));

    it('about variables', () =>
      recorded((caller) =>
        replay(caller, {
          nomad,
          scenario: 's13-variables',
          values: {
            get created() {
              return String(configOf(caller)?.CreateIndex);
            },
            get lock() {
              return configOf(caller)?.Lock?.ID ?? lastLock;
            },
          },
          bodies: { 'too large (70 KB)': JSON.stringify({ Path: 'app/big', Items: { a: 'x'.repeat(70_000) } }) },
        }),
      ));

    it('about scaling', () => recorded((caller) => scaling(caller, nomad)));

    it('about evaluations', () => recorded((caller) => evaluations(caller, nomad)));
  });
}

const lastLock = '11111111-2222-3333-4444-555555555555';
const configOf = ({ simulator }: Caller) => simulator.cluster.store.variables.get('default\0app/config');

const withService = {
  Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
  Services: [
    {
      Name: 'web-svc',
      Provider: 'nomad',
      PortLabel: 'http',
      Tags: ['b', 'a'],
      Checks: [
        { Name: 'tcp-check', Type: 'tcp', Interval: 1e9, Timeout: 1e9 },
        { Name: 'http-check', Type: 'http', Path: '/', Interval: 1e9, Timeout: 1e9 },
      ],
    },
  ],
};

async function scaling(caller: Caller, nomad: (typeof versions)[number]): Promise<void> {
  const { store } = caller.simulator.cluster;
  const register = (id: string, options: Parameters<typeof recordedJob>[1]) =>
    caller.call('PUT', '/v1/jobs', { Job: recordedJob(id, options) });
  const done = (id: string) => () => deployed(caller, id);
  const Scaling = { Min: 1, Max: 3, Enabled: true, Policy: { cooldown: '1m' } };
  const jobs = 'jobs are compared elsewhere';
  await replay(caller, {
    nomad,
    scenario: 's06-scale',
    values: {
      get policy() {
        return scalingPolicies(store)[0]?.ID ?? '';
      },
    },
    before: {
      'during an active deployment': () => register('sc', { count: 2 }),
      up: done('sc'),
      'down with Job in Target, POST': done('sc'),
      'deployment after scale': done('sc'),
      zero: done('sc'),
      'stopped job': () => caller.call('DELETE', '/v1/job/sc'),
      'beyond max': () => register('scp', { count: 2, group: { Scaling } }),
      'in range': done('scp'),
      'system job': () => register('scs', { type: 'system' }),
      'batch job': () => running(caller, recordedJob('scb', { type: 'batch' })),
    },
    except: { 'read after down': jobs, 'job after same count (new version?)': jobs, 'job list after zero': jobs },
  });
}

async function evaluations(caller: Caller, nomad: (typeof versions)[number]): Promise<void> {
  const { simulator } = caller;
  await running(caller, recordedJob('evl'));
  const Constraints = [{ LTarget: '${attr.kernel.name}', Operand: '=', RTarget: 'plan9' }];
  await caller.call('PUT', '/v1/jobs', { Job: recordedJob('evl-blocked', { group: { Constraints } }) });
  const found = (job: string, status: string) =>
    [...simulator.cluster.store.evaluations.values()].find((item) => item.JobID === job && item.Status === status)?.ID;
  const values = () => ({
    eval: found('evl', 'complete') ?? '',
    first: found('evl-blocked', 'complete') ?? '',
    blocked: found('evl-blocked', 'blocked') ?? '',
  });
  await new Promise<void>((resolve) => {
    const subscription = simulator.cluster.store.onApplied(() => {
      if (values().blocked === '') return;
      subscription.dispose();
      resolve();
    });
  });
  const paused = 'the scheduler goes on while its broker is paused';
  const jobs = 'jobs are compared elsewhere';
  await replay(caller, {
    nomad,
    scenario: 's13-evals',
    values: values(),
    except: {
      'evaluations while paused': paused,
      'job stays pending': paused,
      'job runs afterwards': jobs,
      'register while broker paused': jobs,
    },
  });
}

async function searches(caller: Caller, nomad: (typeof versions)[number]): Promise<void> {
  const { call, simulator } = caller;
  const Services = [{ Name: 'find-svc', Provider: 'nomad', Tags: [] }];
  await call('PUT', '/v1/namespace/team-a', { Name: 'team-a' });
  const [alloc = ''] = await running(caller, recordedJob('find-me', { count: 2, group: { Services } }));
  for (const id of ['find-other', 'x/plan', 'y/evaluations']) await running(caller, recordedJob(id));
  await call('PUT', '/v1/var/find/var', { Items: { a: '1' } });
  const evaluated = nomad === '2.0' ? 25 : 0;
  for (let count = 0; count < evaluated; count += 1)
    await call('PUT', '/v1/job/find-me/evaluate', { JobID: 'find-me' });
  const { store } = simulator.cluster;
  const values = {
    alloc,
    node: nodeOf(caller),
    eval: [...store.evaluations.keys()][0] ?? '',
    deployment: [...store.deployments.keys()][0] ?? '',
  };
  await replay(caller, {
    nomad,
    scenario: 's12-search',
    values,
    before: {
      'truncated at 20': async () => {
        for (let at = 0; at < 25; at += 1) {
          const id = `trunc-${String(at).padStart(2, '0')}`;
          await call('PUT', '/v1/jobs', { Job: recordedJob(id, { count: 0 }) });
        }
      },
    },
    compareFound: compareSearch,
  });
}

/** Ids are random here and there, so that only those that the step asked for can be the same. */
function compareSearch(step: string, expected: Found, actual: Found): string[] {
  const random = [
    'evals',
    'deployment',
    'nodes',
    ...(step.includes('prefix, all') || step === 'context all' ? ['allocs'] : []),
  ];
  const named = step.startsWith('context ') && step !== 'context all';
  const differences: string[] = [];
  const names = (found: Found) => Object.keys(found.Matches).sort().join();
  if (names(expected) !== names(actual)) differences.push(`finds ${names(actual)}, not ${names(expected)}`);
  for (const [context, wanted] of Object.entries(expected.Matches)) {
    if (random.includes(context) && !named) continue;
    const isText = context === 'allocs' && Array.isArray(wanted) && typeof wanted[0] === 'object';
    const plain = (hits: Found['Matches'][string] | undefined) =>
      JSON.stringify(isText ? hits?.map((hit) => (typeof hit === 'string' ? hit : hit.ID)) : ordered(hits));
    const [left, right] = [plain(actual.Matches[context]), plain(wanted)];
    if (left !== right) differences.push(`${context}: ${left}, not ${right}`);
  }
  if (JSON.stringify(ordered(expected.Truncations)) !== JSON.stringify(ordered(actual.Truncations))) {
    const [left, right] = [JSON.stringify(ordered(actual.Truncations)), JSON.stringify(ordered(expected.Truncations))];
    differences.push(`truncations ${left}, not ${right}`);
  }
  return differences;
}

/** Fields in the order of their names, in which the recording does not have them. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, ordered(item)]));
}
