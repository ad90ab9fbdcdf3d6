import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { allocated } from '../../../src/wording/allocated.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import { allocatedFacts } from '../../../src/tree/allocatedFacts.ts';
import { factsOf } from '../../../src/tree/facts.ts';
import { jobLayout } from '../../../src/tree/jobLayout.ts';
import { golden } from '../../support/golden.ts';
import { allocation, Fixture, job } from './clusterFixture.ts';

type Resources = NonNullable<Allocation['AllocatedResources']> | null;

const memory = (MemoryMB: number, MemoryMaxMB = 0) => ({ MemoryMB, MemoryMaxMB });
const cpu = (CpuShares: number, ReservedCores: readonly number[] | null = null) => ({ CpuShares, ReservedCores });
const server = { Cpu: cpu(500), Memory: memory(256), Networks: null, Devices: null };

/** As agents send them: 1.6 with zeros and nulls, 2.0 without what is empty. */
const cases: Readonly<Record<string, unknown>> = {
  'no ports': { Shared: { DiskMB: 20, Networks: null, Ports: null }, Tasks: { server } },
  '1.6, a port of the host': {
    Shared: {
      DiskMB: 20,
      Networks: [
        {
          ...{ CIDR: '', DNS: null, Device: '', IP: '127.0.0.1', MBits: 0, Mode: 'host', ReservedPorts: null },
          DynamicPorts: [{ HostNetwork: 'default', Label: 'http', To: 0, Value: 21611 }],
        },
      ],
      Ports: [{ HostIP: '127.0.0.1', Label: 'http', To: 0, Value: 21611 }],
    },
    Tasks: { side: { ...server, Cpu: cpu(20), Memory: memory(16) }, server },
  },
  '2.0, ports that lead into a bridge': {
    Shared: {
      DiskMB: 20,
      Networks: [
        { Mode: 'bridge', IP: '10.0.0.7', DynamicPorts: [{ Label: 'http', Value: 23456, To: 8080 }] },
        { Mode: 'bridge', IP: '10.0.0.7', ReservedPorts: [{ Label: 'admin', Value: 9000, To: 9000 }] },
      ],
      Ports: [
        { HostIP: '10.0.0.7', Label: 'http', Value: 23456, To: 8080 },
        { HostIP: '10.0.0.7', Label: 'admin', Value: 9000, To: 9000 },
        { HostIP: '2001:db8::7', Label: 'public', Value: 443, To: -1 },
        { HostIP: '', Label: 'odd', Value: 1 },
      ],
    },
    Tasks: { server },
  },
  'networks of the tasks, as long ago': {
    Shared: { DiskMB: 300 },
    Tasks: {
      server: {
        ...server,
        Networks: [
          {
            IP: '10.0.0.7',
            ReservedPorts: [{ Label: 'ssh', Value: 22 }],
            DynamicPorts: [{ Label: 'db', Value: 31000 }],
          },
        ],
      },
    },
  },
  'networks of the group without a list of ports': {
    Shared: { Networks: [{ IP: '10.0.0.7', DynamicPorts: [{ Label: 'http', Value: 20001, To: 80 }] }], Ports: [] },
    Tasks: { server },
  },
  'cores and more memory': {
    Shared: {},
    Tasks: {
      one: { Cpu: cpu(2400, [3]), Memory: memory(300, 600) },
      two: { Cpu: cpu(4800, [0, 1]), Memory: memory(300, 300) },
    },
  },
  'very many': {
    Shared: {
      Ports: Array.from({ length: 20 }, (_, at) => ({ HostIP: '10.0.0.7', Label: `p${String(at)}`, Value: 2000 + at })),
    },
    Tasks: Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`task${String(at)}`, server])),
  },
  'nothing at all': null,
  'what nobody expects': {
    Shared: { Ports: [7, null, { Label: 3, Value: 'x' }], Networks: 'none' },
    Tasks: { server: null, other: { Cpu: 'all', Memory: { MemoryMB: '1' } } },
  },
};

const text = (facts: readonly (readonly [string, string])[]) => facts.map(([name, value]) => `  ${name}\t${value}`);

describe('what an allocation was given', () => {
  it('is told by address, task and amount', () => {
    const lines = Object.entries(cases).flatMap(([name, resources]) => [
      `${name}:`,
      ...text(allocatedFacts(allocated({ AllocatedResources: resources as Resources }))),
    ]);
    golden('tree/allocated', `${lines.join('\n')}\n`);
  });

  it('stands under the node, and is not missed where it is not known', () => {
    const fixture = new Fixture();
    fixture.job(job('web'));
    const wire = allocation(1, 'web', 'web.app[0]');
    fixture.allocations(wire);
    const tree = fixture.tree(jobLayout);
    const row = tree.rows.allocation(jobKey('default', 'web'), wire.ID);
    const given = allocated({ AllocatedResources: cases['2.0, ports that lead into a bridge'] as Resources });
    const facts = [...text(factsOf(tree, row, given).facts), '', ...text(factsOf(tree, row).facts)];
    golden('tree/allocated-in-tooltip', `${facts.join('\n')}\n`);
  });

  it('stands in the tooltip of a task for that task alone', () => {
    const fixture = new Fixture();
    fixture.job(job('web'));
    const wire = allocation(1, 'web', 'web.app[0]');
    fixture.allocations(wire);
    const tree = fixture.tree(jobLayout);
    const row = tree.rows.task(jobKey('default', 'web'), wire.ID, Object.keys(wire.TaskStates ?? {})[0] ?? '');
    const tasks = { [row.task]: server, other: { ...server, Memory: memory(1024) } };
    const given = allocated({ AllocatedResources: { Shared: {}, Tasks: tasks } });
    assert.deepEqual(factsOf(tree, row, given).facts.at(-1), ['Resources', '500 MHz, 256 MiB']);
    assert.equal(text(factsOf(tree, row).facts).join().includes('Resources'), false);
    const usage = { cpuMhz: 125, memoryBytes: 64 * 1024 * 1024, peakBytes: undefined, throttledNs: undefined };
    const used = new Map([[row.task, usage]]);
    assert.deepEqual(factsOf(tree, row, { ...given, used }).facts.at(-1), [
      'Uses now',
      '125 MHz (25 %), 64 MiB (25 %)',
    ]);
    const whole = tree.rows.allocation(jobKey('default', 'web'), wire.ID);
    const facts = text(
      factsOf(tree, whole, { ...given, used: new Map([['other', { ...usage, peakBytes: 2 ** 30 }]]) }).facts,
    );
    assert.ok(facts.includes('  Uses now\tother: 125 MHz (25 %), 64 MiB (6 %), peak 1024 MiB'), facts.join('\n'));
  });
});
