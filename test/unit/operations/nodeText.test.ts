import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { constraintOf, nodeText } from '../../../src/operations/nodes/nodeText.ts';
import type { Node } from '../../../src/nomad/types/node.ts';

const node: Node = {
  ID: '11111111-0000-4000-8000-000000000001',
  Name: 'node-1',
  Datacenter: 'dc1',
  NodePool: 'default',
  Drain: false,
  SchedulingEligibility: 'eligible',
  Status: 'ready',
  CreateIndex: 1,
  ModifyIndex: 2,
  Attributes: { 'kernel.name': 'linux', 'odd name': 'x', 'driver.raw_exec': '' },
  Meta: { 'team.name': 'say "hi" to ${USER}' },
  Drivers: { docker: { Detected: true, Healthy: false, HealthDescription: 'no daemon' }, qemu: { Detected: false } },
  NodeResources: { Cpu: { CpuShares: 8000 }, Memory: { MemoryMB: 4096 } },
  ReservedResources: { Cpu: { CpuShares: 1000 }, Memory: { MemoryMB: 96 } },
};

const constraintsIn = (text: string) => text.split('\n').flatMap((line) => constraintOf(line) ?? []);

describe('the text of a node', () => {
  const text = nodeText(node, { cpuMhz: 500, memoryMib: 256 });

  it('has a line for each attribute, and what is allocated above them', () => {
    assert.equal(
      text,
      [
        'node-1: docker unhealthy · ready · default · dc1',
        '500 of 7000 MHz allocated, 6500 available · 256 of 4000 MiB allocated, 3744 available',
        '',
        'Node',
        '  ${node.unique.name} = "node-1"',
        '  ${node.unique.id} = "11111111-0000-4000-8000-000000000001"',
        '  ${node.datacenter} = "dc1"',
        '  ${node.pool} = "default"',
        '',
        'Attributes',
        '  ${attr.driver.raw_exec} = ""',
        '  ${attr.kernel.name} = "linux"',
        '  $${attr.odd name} = "x"',
        '',
        'Meta',
        '  ${meta.team.name} = "say \\"hi\\" to $${USER}"',
        '',
        'Drivers',
        '  docker: unhealthy: no daemon',
        '',
      ].join('\n'),
    );
  });

  it('gives a constraint for each of them, quoted as HCL needs it', () => {
    assert.deepEqual(constraintsIn(text).slice(4), [
      'constraint {\n  attribute = "${attr.driver.raw_exec}"\n  operator  = "is_set"\n}\n',
      'constraint {\n  attribute = "${attr.kernel.name}"\n  value     = "linux"\n}\n',
      'constraint {\n  attribute = "$${attr.odd name}"\n  value     = "x"\n}\n',
      'constraint {\n  attribute = "${meta.team.name}"\n  value     = "say \\"hi\\" to $${USER}"\n}\n',
    ]);
  });

  it('gives none for other lines', () => {
    assert.deepEqual(['Attributes', '', '  docker: unhealthy: no daemon', '  ${env.X} = "y"'].map(constraintOf), [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
