import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { simulatedJob } from '../../../support/simulatedJobs.ts';
import { withSimulator } from './http.ts';
import type { Caller } from './http.ts';

const path = '/v1/operator/scheduler/configuration';
const disabled = 'Job registration, dispatch, and scale are disabled by the scheduler configuration';
const management = '00000000-0000-4000-8000-00000000ac15';

async function register(call: Caller['call'], job: unknown, headers: Record<string, string> = {}) {
  const { status, text } = await call('POST', '/v1/jobs', { Job: job }, headers);
  return [status, text];
}

describe('the configuration of the scheduler', () => {
  it('keeps new jobs away, on newer agents only with ACL and from other than managers', async () => {
    await withSimulator({ acl: { token: management } }, async ({ call }) => {
      const manager = { 'X-Nomad-Token': management };
      assert.equal((await call('POST', path, { RejectJobRegistration: true }, manager)).status, 200);
      assert.deepEqual(await register(call, { ID: 'broken' }), [403, disabled]);
      assert.equal((await register(call, simulatedJob('web'), manager))[0], 200);
    });
    await withSimulator({ nomad: '1.6' }, async ({ call }) => {
      assert.equal((await register(call, simulatedJob('web')))[0], 200);
      await call('POST', path, { RejectJobRegistration: true });
      assert.deepEqual(await register(call, simulatedJob('other')), [403, disabled]);
      const scaled = await call('POST', '/v1/job/web/scale', { Target: { Group: 'app' }, Count: 2 });
      assert.deepEqual([scaled.status, scaled.text], [403, disabled]);
    });
    await withSimulator({}, async ({ call }) => {
      await call('POST', path, { RejectJobRegistration: true });
      assert.equal((await register(call, simulatedJob('web')))[0], 200);
    });
  });
});

describe('a namespace', () => {
  it('refuses drivers and network modes that it does not allow', () =>
    withSimulator({}, async ({ call }) => {
      const Capabilities = { EnabledTaskDrivers: ['docker'], DisabledNetworkModes: ['host'] };
      await call('POST', '/v1/namespace/small', { Name: 'small', Capabilities });
      const task = (Driver: string, Name: string) => ({ Name, Driver, Config: { image: 'app', command: 'app' } });
      const job = (...groups: unknown[]) => ({ ...simulatedJob('web'), Namespace: 'small', TaskGroups: groups });
      const refused = (words: string) => [500, `1 error occurred:\n\t* ${words} allowed in namespace "small"\n\n`];
      const one = job({ Name: 'g', Tasks: [task('docker', 'a'), task('exec', 'b')] });
      assert.deepEqual(await register(call, one), refused('used task driver "exec" is not'));
      const two = job({ Name: 'g', Tasks: [task('java', 'a'), task('exec', 'b')] });
      assert.deepEqual(await register(call, two), refused('used task drivers ["java" "exec"] are not'));
      const host = job({ Name: 'g', Networks: [{}], Tasks: [task('docker', 'a')] });
      assert.deepEqual(await register(call, host), refused('used group network mode "host" is not'));
      assert.equal((await register(call, job({ Name: 'g', Tasks: [task('docker', 'a')] })))[0], 200);
    }));
});
