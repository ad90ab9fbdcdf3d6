import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { NodeRecord, ServerRecord } from '../../../src/state/tables/nodeRecords.ts';
import { driverStatus, nodeStatus, roomWords, serversStatus, serverStatus } from '../../../src/wording/nodeStatus.ts';
import { isProblem } from '../../../src/wording/statusWords.ts';

function node(fields: Partial<NodeRecord> = {}): NodeRecord {
  return {
    id: '1',
    name: 'node-1',
    datacenter: 'dc1',
    pool: 'default',
    status: 'ready',
    statusDescription: '',
    eligible: true,
    draining: false,
    drivers: [{ name: 'docker', healthy: true, description: 'Healthy' }],
    createIndex: 1,
    modifyIndex: 1,
    ...fields,
  };
}

function server(fields: Partial<ServerRecord> = {}): ServerRecord {
  return {
    name: 'server-1.global',
    address: '127.0.0.1:4648',
    region: 'global',
    datacenter: 'dc1',
    version: '2.0.5',
    status: 'alive',
    leader: false,
    round: 1,
    ...fields,
  };
}

describe('the state of a node', () => {
  const sick = [{ name: 'docker', healthy: false, description: 'Failed to connect to docker daemon' }];
  const cases: [string, Partial<NodeRecord>, string][] = [
    ['good', {}, 'ready · default · dc1'],
    ['good', { nodeClass: 'gpu' }, 'ready · default · gpu · dc1'],
    ['paused', { eligible: false }, 'ineligible · default · dc1'],
    ['deploying', { eligible: false, draining: true }, 'draining · default · dc1'],
    ['bad', { status: 'down' }, 'down · default · dc1'],
    ['bad', { status: 'down', statusDescription: 'heartbeat missed' }, 'down · default · dc1'],
    ['bad', { status: 'down', eligible: false }, 'down · ineligible · default · dc1'],
    ['bad', { status: 'down', eligible: false, draining: true }, 'down · draining · default · dc1'],
    ['warning', { status: 'disconnected' }, 'disconnected · default · dc1'],
    ['pending', { status: 'initializing' }, 'initializing · default · dc1'],
    ['unknown', { status: 'dreaming\u202e' }, 'dreaming\\u202e · default · dc1'],
    ['warning', { drivers: sick }, 'docker unhealthy · ready · default · dc1'],
  ];
  for (const [tone, fields, words] of cases) {
    it(`is "${words}"`, () => {
      const said = nodeStatus(node(fields));
      assert.equal(said.tone, tone);
      if (!words.includes('\\u')) assert.equal(said.detail, words);
      else assert.doesNotMatch(said.detail, /\u202e/);
    });
  }

  it('counts what a drain has left', () => {
    const draining = node({ eligible: false, draining: true });
    assert.equal(nodeStatus(draining, { left: 3, total: 7 }).detail, 'draining 3 of 7 left · default · dc1');
  });

  it('needs a look where it is down, away or has a driver that is unhealthy', () => {
    assert.equal(isProblem(nodeStatus(node({ status: 'down' }))), true);
    assert.equal(isProblem(nodeStatus(node({ status: 'disconnected' }))), true);
    assert.equal(isProblem(nodeStatus(node({ drivers: sick }))), true);
    assert.equal(isProblem(nodeStatus(node({ eligible: false }))), false);
  });

  it('says why a driver is unhealthy, and what is allocated', () => {
    assert.deepEqual(
      sick.map((one) => driverStatus(one).detail),
      ['unhealthy: Failed to connect to docker daemon'],
    );
    assert.equal(roomWords(1200, 8000, 'MHz'), '1200 of 8000 MHz allocated, 6800 available');
    assert.equal(roomWords(undefined, 8000, 'MHz'), '8000 MHz');
    assert.equal(roomWords(9000, 8000, 'MHz'), '9000 of 8000 MHz allocated, 0 available');
  });
});

describe('the state of servers', () => {
  const cases: [string, Partial<ServerRecord>, string][] = [
    ['good', {}, 'alive · 2.0.5'],
    ['good', { healthy: true, voter: true, leader: true }, 'healthy · leader · 2.0.5'],
    ['bad', { healthy: false, voter: false }, 'unhealthy · non-voter · 2.0.5'],
    ['bad', { status: 'failed', healthy: false }, 'failed · 2.0.5'],
    ['stopped', { status: 'left' }, 'left · 2.0.5'],
  ];
  for (const [tone, fields, words] of cases) {
    it(`is "${words}"`, () => {
      const said = serverStatus(server(fields));
      assert.deepEqual([said.tone, said.detail], [tone, words]);
    });
  }

  it('says in one line who leads and what is wrong', () => {
    const leader = server({ name: 'a', leader: true, healthy: true });
    assert.equal(serversStatus([leader, server({ healthy: true })]).detail, 'healthy · leader a');
    assert.equal(serversStatus([{ ...server(), leader: true, name: 'a' }]).detail, 'alive · leader a');
    assert.equal(serversStatus([leader, server({ status: 'failed' })]).detail, '1 failed · leader a');
    assert.equal(serversStatus([server({ healthy: false })]).detail, 'no leader · 1 unhealthy');
  });
});
