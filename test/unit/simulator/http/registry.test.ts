import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fixtureJob, running } from './jobFixture.ts';
import { eventLines, withSimulator } from './http.ts';

const service = (more: object = {}) => ({
  Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
  Services: [{ Name: '${JOB}-${TASKGROUP}', Provider: 'nomad', PortLabel: 'http', Tags: ['live'], ...more }],
});

interface Instance {
  readonly ID: string;
  readonly ServiceName: string;
  readonly AllocID: string;
  readonly Port: number;
}

describe('services', () => {
  it('come and go with their allocations, and are told', () =>
    withSimulator({}, async (caller) => {
      const { call, get, simulator, coming } = caller;
      const [alloc = ''] = await running(caller, fixtureJob('web', { group: service() }));
      const [instance, ...others] = await get<Instance[]>('/v1/service/web-app');
      assert.equal(others.length, 0);
      assert.equal(instance?.ID, `_nomad-task-${alloc}-group-app-web-app-http`);
      assert.ok(instance.Port >= 20000);
      assert.deepEqual(await get('/v1/job/web/services'), [instance]);
      assert.deepEqual(await get(`/v1/allocation/${alloc}/services`), [instance]);
      await call('DELETE', '/v1/job/web');
      const types: string[] = [];
      const read = async () => {
        for await (const { Events = [] } of eventLines(simulator.address, '?topic=Service:web-app')) {
          types.push(...Events.map(({ Type }) => Type));
          if (types.includes('ServiceDeregistration')) break;
        }
      };
      await coming(read());
      assert.deepEqual(types, ['ServiceRegistration', 'ServiceDeregistration']);
      assert.deepEqual(await get('/v1/services'), []);
    }));

  it('are chosen the same for the same key', () =>
    withSimulator({}, async (caller) => {
      await running(caller, fixtureJob('web', { count: 4, group: service() }));
      const choose = async (what: string) =>
        (await caller.get<Instance[]>(`/v1/service/web-app?choose=${encodeURIComponent(what)}`)).map(({ ID }) => ID);
      const two = await choose('2|me');
      assert.equal(two.length, 2);
      assert.deepEqual(await choose('2|me'), two);
      assert.equal((await choose('9|me')).length, 4);
    }));

  it('have checks that succeed after a moment', () =>
    withSimulator({}, async (caller) => {
      const Checks = [{ Name: 'up', Type: 'http', Path: '/', Interval: 1e9, Timeout: 1e9 }];
      const [alloc = ''] = await running(caller, fixtureJob('web', { group: service({ Checks }) }));
      const read = async () => {
        const checks = await caller.get<Record<string, { Status: string }>>(`/v1/client/allocation/${alloc}/checks`);
        return Object.values(checks)[0];
      };
      assert.equal((await read())?.Status, 'pending');
      await caller.clock.advance(1000);
      const { ID, Timestamp, ...shown } = (await read()) as unknown as Record<string, unknown>;
      assert.match(String(ID), /^[0-9a-f]{64}$/);
      assert.equal(typeof Timestamp, 'number');
      const labels = { Group: 'web.app[0]', Service: 'web-app', Check: 'up', Mode: 'healthiness' };
      assert.deepEqual(shown, { ...labels, Status: 'success', StatusCode: 200, Output: 'nomad: http ok' });
    }));

  it('have checks that fail while no process listens, and hold the health of their allocation up', () =>
    withSimulator({ rawExec: true }, async (caller) => {
      const { store } = caller.simulator.cluster;
      const Checks = [{ Name: 'up', Type: 'tcp', Interval: 1e9, Timeout: 1e9 }];
      const health = async (id: string, script: string) => {
        const Config = { command: '/bin/sh', args: ['-c', script] };
        const LogConfig = { MaxFiles: 2, MaxFileSizeMB: 5 };
        const Tasks = [{ Name: 'server', Driver: 'raw_exec', Config, LogConfig }];
        const Update = { MaxParallel: 1, MinHealthyTime: 1e9, HealthyDeadline: 60e9, ProgressDeadline: 90e9 };
        const [alloc = ''] = await running(
          caller,
          fixtureJob(id, { group: { ...service({ Checks }), Tasks, Update } }),
        );
        const decided = () => store.allocations.get(alloc)?.DeploymentStatus?.Healthy ?? undefined;
        await caller.until(`the health of ${id}`, () => decided() !== undefined);
        const results = await caller.get<Record<string, { Output: string }>>(`/v1/client/allocation/${alloc}/checks`);
        return [decided(), Object.values(results)[0]?.Output.replace(/:\d+/, ':<port>')];
      };
      // Time stands still until the shell sleeps, and it sleeps once somebody listens.
      const listen =
        "require('node:net').createServer().listen(+process.env.NOMAD_PORT_http, '127.0.0.1', () => console.log('up'))";
      const listening = `mkfifo up; "${process.execPath}" -e "${listen}" >up & read -r up <up; sleep 100000`;
      assert.deepEqual(await health('listens', listening), [true, 'nomad: tcp ok']);
      const refused = 'dial tcp 127.0.0.1:<port>: connect: connection refused';
      assert.deepEqual(await health('is-deaf', 'sleep 100000'), [false, refused]);
    }));
});

describe('node pools', () => {
  it('are made, used and deleted', () =>
    withSimulator({}, async ({ call, get, simulator }) => {
      const pool = { Name: 'gpu', Description: 'Fast ones', Meta: { owner: 'ml' } };
      assert.equal((await call('POST', '/v1/node/pools', pool)).status, 200);
      const { Name, Description, Meta } = await get<typeof pool>('/v1/node/pool/gpu');
      assert.deepEqual({ Name, Description, Meta }, pool);
      const mismatch = await call('POST', '/v1/node/pool/cpu', pool);
      assert.deepEqual([mismatch.status, mismatch.text], [400, 'Node pool name does not match request path']);
      assert.equal((await call('POST', '/v1/node/pools', { Name: 'default' })).status, 400);
      const node = simulator.cluster.nodes.add({ pool: 'gpu' });
      assert.deepEqual(
        (await get<{ ID: string }[]>('/v1/node/pool/gpu/nodes')).map(({ ID }) => ID),
        [node.ID],
      );
      const used = await call('DELETE', '/v1/node/pool/gpu');
      assert.equal(used.text, '1 error occurred:\n\t* node pool "gpu" has nodes in regions: [global]\n\n');
      assert.equal((await call('PUT', `/v1/node/${node.ID}/purge`)).status, 200);
      assert.equal((await call('DELETE', '/v1/node/pool/gpu')).status, 200);
      assert.equal((await call('GET', '/v1/node/pool/gpu')).status, 404);
      const gone = await call('DELETE', '/v1/node/pool/gpu');
      assert.deepEqual([gone.status, gone.text], [500, 'node pool gpu not found']);
    }));
});

describe('pages of other origins', () => {
  it('may read variables and what clients tell, and nothing else', () =>
    withSimulator({}, async ({ call }) => {
      const Origin = 'http://page.example';
      const allowed = async (method: string, path: string, headers = {}) => {
        const reply = await call(method, path, undefined, { Origin, ...headers });
        return [reply.status, reply.headers.get('Access-Control-Allow-Origin'), reply.headers.get('Vary')];
      };
      assert.deepEqual(await allowed('GET', '/v1/vars'), [200, '*', 'Accept-Encoding, Origin']);
      assert.deepEqual(await allowed('GET', '/v1/jobs'), [200, null, 'Accept-Encoding']);
      const preflight = { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'X-Nomad-Token' };
      const asked = 'Access-Control-Request-Method, Access-Control-Request-Headers';
      assert.deepEqual(await allowed('OPTIONS', '/v1/client/stats', preflight), [
        204,
        '*',
        `Accept-Encoding, Origin, ${asked}`,
      ]);
      assert.deepEqual(await allowed('OPTIONS', '/v1/jobs', preflight), [405, null, 'Accept-Encoding']);
    }));
});

describe('what is not modelled', () => {
  it('says so', () =>
    withSimulator({}, async ({ call }) => {
      for (const path of ['/v1/volume/csi/x', '/v1/operator/snapshot', '/v1/agent/pprof/heap', '/v1/agent/host']) {
        const reply = await call('GET', path);
        assert.equal(reply.status, 501, path);
        assert.match(reply.text, /^The simulator does not model /);
      }
      assert.deepEqual((await call('GET', '/v1/quota/x')).text, 'Nomad Enterprise only endpoint');
      assert.equal((await call('GET', '/v1/wibble')).status, 404);
    }));
});
