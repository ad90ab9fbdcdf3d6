import assert from 'node:assert/strict';
import { once as onceOf } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'mocha';
import { CheckRunner } from '../../../simulator/client/checkRunner.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { fixtureJob } from '../http/jobFixture.ts';
import { type Caller, withSimulator } from '../http/http.ts';

const Checks = [{ Name: 'up', Type: 'http', Path: '/', Interval: 3600e9, Timeout: 10e9 }];
const Networks = [{ DynamicPorts: [{ Label: 'http' }] }];
const Services = [{ Name: 'web', Provider: 'nomad', PortLabel: 'http', Checks }];

/** The only allocation of a job of one real process, once it has a status. */
async function placed({ simulator, call, until }: Caller, script: string, wanted: string) {
  const { store, client } = simulator.cluster;
  const Config = { command: '/bin/sh', args: ['-c', script] };
  const LogConfig = { MaxFiles: 2, MaxFileSizeMB: 5 };
  const Tasks = [{ Name: 'server', Driver: 'raw_exec', Config, LogConfig, KillTimeout: 1e9 }];
  const job = fixtureJob('web', { type: 'batch', group: { Networks, Services, Tasks } });
  const reply = await call('PUT', '/v1/jobs', { Job: job });
  assert.equal(reply.status, 200, reply.text);
  const found = () => [...store.allocations.values()].find(({ ClientStatus }) => ClientStatus === wanted);
  await until(`an allocation that is ${wanted}`, () => found() !== undefined);
  const allocation = found();
  const runner = allocation === undefined ? undefined : client.runner(allocation.ID);
  assert.ok(allocation && runner);
  return { runner, allocation, changed: () => ({ ...allocation, Job: { ...allocation.Job } }) };
}

describe('the checks of an allocation', () => {
  it('are asked anew after a change while it runs, and never again once it is stopped', () =>
    withSimulator({ rawExec: true }, async (caller) => {
      const { runner, changed } = await placed(caller, 'exec sleep 60', 'running');
      const first = runner.checks;
      runner.update(changed());
      assert.notEqual(runner.checks, first);
      assert.deepEqual([first?.size, runner.checks?.size], [0, 1]);
      runner.stop();
      runner.update(changed());
      assert.equal(runner.checks?.size, 0);
    }));

  it('are never asked again once it is done', () =>
    withSimulator({ rawExec: true }, async (caller) => {
      const { runner, changed } = await placed(caller, 'exit 0', 'complete');
      assert.ok(runner.isDone);
      runner.update(changed());
      assert.equal(runner.checks?.size, 0);
    }));

  it('take their intervals and deadlines from the clock and pace of the simulator', () =>
    withSimulator({ rawExec: true }, async (caller) => {
      const { runner, allocation } = await placed(caller, 'exec sleep 60', 'running');
      runner.stop();
      const { Port = 0 } = [...caller.simulator.cluster.store.services.values()][0] ?? {};
      const silent = createServer(() => undefined).listen(Port, '127.0.0.1');
      const clock = new FakeClock();
      const outputs: string[] = [];
      const checks = new CheckRunner(allocation, {
        clock,
        paceMs: (ms) => ms / 100,
        changed: () => outputs.push(...[...checks.results.values()].map(({ Output }) => Output)),
      });
      try {
        const asked = onceOf(silent, 'request');
        await clock.advance(18_000);
        await asked;
        await clock.advance(99);
        assert.deepEqual(outputs, []);
        await clock.advance(1);
        assert.deepEqual(outputs, [`nomad: Get "http://127.0.0.1:${String(Port)}/": context deadline exceeded`]);
      } finally {
        checks.dispose();
        silent.closeAllConnections();
        silent.close();
      }
    }));
});
