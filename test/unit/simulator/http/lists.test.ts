import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withSimulator } from './http.ts';

interface Stub {
  readonly ID: string;
  readonly Status: string;
}

const ids = (stubs: readonly Stub[]) => stubs.map(({ ID }) => ID);

describe('lists over HTTP', () => {
  it('come in pages whose token is the next item', () =>
    withSimulator({ jobs: 5, allocationsPerJob: 2 }, async ({ call }) => {
      const first = await call('GET', '/v1/jobs?per_page=2');
      assert.deepEqual(ids(JSON.parse(first.text) as Stub[]), ['job-00000', 'job-00001']);
      assert.equal(first.headers.get('X-Nomad-NextToken'), 'default.job-00002');
      const last = await call('GET', '/v1/jobs?per_page=2&next_token=default.job-00004');
      assert.deepEqual(ids(JSON.parse(last.text) as Stub[]), ['job-00004']);
      assert.equal(last.headers.get('X-Nomad-NextToken'), null);
      const backwards = await call('GET', '/v1/jobs?per_page=2&reverse=true');
      assert.deepEqual(ids(JSON.parse(backwards.text) as Stub[]), ['job-00004', 'job-00003']);
      const bad = await call('GET', '/v1/jobs?per_page=abc');
      assert.deepEqual([bad.status, bad.text], [400, 'Expect a number for `per_page` query string parameter']);
    }));

  it('walk through all allocations by index and id', () =>
    withSimulator({ jobs: 4, allocationsPerJob: 3 }, async ({ call }) => {
      const seen: string[] = [];
      let token = '';
      do {
        const page = await call('GET', `/v1/allocations?per_page=5&next_token=${token}`);
        seen.push(...ids(JSON.parse(page.text) as Stub[]));
        token = page.headers.get('X-Nomad-NextToken') ?? '';
      } while (token !== '');
      assert.equal(seen.length, 12);
      assert.equal(new Set(seen).size, 12);
    }));

  it('walk backwards through pages too', () =>
    withSimulator({ jobs: 7, allocationsPerJob: 1 }, async ({ call, get }) => {
      for (const path of ['/v1/allocations', '/v1/jobs', '/v1/jobs?namespace=*', '/v1/jobs/statuses', '/v1/nodes']) {
        const query = (more: string) => path + (path.includes('?') ? '&' : '?') + more;
        const seen: string[] = [];
        let token = '';
        do {
          const page = await call('GET', query(`per_page=2&reverse=true&next_token=${token}`));
          seen.push(...ids(JSON.parse(page.text) as Stub[]));
          token = page.headers.get('X-Nomad-NextToken') ?? '';
        } while (token !== '');
        assert.deepEqual(seen, ids(await get<Stub[]>(path)).reverse());
      }
    }));

  it('are filtered by expressions over the whole object', () =>
    withSimulator({ jobs: 12, allocationsPerJob: 1 }, async ({ call, get }) => {
      const filtered = (expression: string) => get<Stub[]>(`/v1/jobs?filter=${encodeURIComponent(expression)}`);
      assert.deepEqual(ids(await filtered('ID == "job-00003" or Name matches "^job-0000[12]$"')), [
        'job-00001',
        'job-00002',
        'job-00003',
      ]);
      assert.equal((await filtered('Type == "batch"')).length, 0);
      assert.equal((await filtered('not (Type == "batch") and Stop == false')).length, 12);
      assert.equal((await filtered('ParentID is empty and Datacenters contains "dc1"')).length, 12);
      const unknown = await call('GET', `/v1/jobs?filter=${encodeURIComponent('Bogus == 1')}`);
      assert.equal(unknown.status, 400);
      assert.match(unknown.text, /couldn't find key: struct field with name "Bogus"$/);
      const broken = await call('GET', `/v1/jobs?filter=${encodeURIComponent('Priority > 10')}`);
      assert.match(broken.text, /^failed to create result paginator: failed to read filter expression: 1:10 \(9\)/);
    }));

  it('look ids up by whole bytes', () =>
    withSimulator({ jobs: 1 }, async ({ call, get }) => {
      const [first] = await get<Stub[]>('/v1/allocations');
      assert.ok(first);
      assert.deepEqual(ids(await get<Stub[]>(`/v1/allocations?prefix=${first.ID.slice(0, 8)}`)), [first.ID]);
      const odd = await call('GET', '/v1/allocations?prefix=abc');
      assert.deepEqual(
        [odd.status, odd.text],
        [500, 'alloc lookup failed: index error: Input (without hyphens) must be even length'],
      );
      const short = await call('GET', '/v1/allocation/abcd');
      assert.deepEqual(
        [short.status, short.text],
        [500, 'alloc lookup failed: index error: UUID must be 36 characters'],
      );
      const unknown = await call('GET', '/v1/allocation/11111111-2222-3333-4444-555555555555');
      assert.deepEqual([unknown.status, unknown.text], [404, 'alloc not found']);
    }));

  it('of statuses come newest first, and only from agents that have them', async () => {
    await withSimulator({ jobs: 3 }, async ({ call, get }) => {
      assert.deepEqual(ids(await get<Stub[]>('/v1/jobs/statuses')), ['job-00002', 'job-00001', 'job-00000']);
      const some = await call('POST', '/v1/jobs/statuses', { jobs: [{ id: 'job-00001', namespace: 'default' }] });
      assert.deepEqual(ids(JSON.parse(some.text) as Stub[]), ['job-00001']);
      const none = await call('POST', '/v1/jobs/statuses', { jobs: [] });
      assert.deepEqual([none.status, none.text], [400, 'no jobs in request']);
    });
    // One item does not tell which way a list goes.
    await withSimulator({ jobs: 1 }, async ({ simulator, get }) => {
      const [{ ModifyIndex = 0 } = {}] = simulator.cluster.store.jobs.values();
      const page = async (from: number, more = '') =>
        ids(await get<Stub[]>(`/v1/jobs/statuses?next_token=${String(from)}${more}`));
      assert.deepEqual(await page(ModifyIndex - 1), []);
      assert.deepEqual(await page(ModifyIndex + 1), ['job-00000']);
      assert.deepEqual(await page(ModifyIndex - 1, '&reverse=true'), ['job-00000']);
      assert.deepEqual(await page(ModifyIndex + 1, '&reverse=true'), []);
    });
    await withSimulator({ jobs: 1, nomad: '1.6' }, async ({ call }) => {
      const missing = await call('GET', '/v1/jobs/statuses');
      assert.deepEqual([missing.status, missing.text], [404, '']);
    });
  });

  it('of 10,000 jobs with 100,000 allocations are there within seconds', function () {
    this.timeout(120_000);
    return withSimulator({ jobs: 10_000, allocationsPerJob: 10, nodes: 50 }, async ({ simulator, get }) => {
      assert.equal(simulator.cluster.store.allocations.size, 100_000);
      assert.equal((await get<Stub[]>('/v1/jobs')).length, 10_000);
    });
  });
});
