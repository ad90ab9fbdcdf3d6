import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JobStub } from '../../../../src/nomad/types/job.ts';
import { jobKey } from '../../../simulator/state/records.ts';
import { withSimulator } from './http.ts';

describe('the sample jobs', () => {
  for (const nomad of ['2.0', '1.6'] as const) {
    it(`get into their states on ${nomad}`, function () {
      this.timeout(180_000);
      return withSimulator({ samples: true, nomad }, async ({ simulator, get, until }) => {
        const jobs = new Map((await get<JobStub[]>('/v1/jobs')).map((job) => [job.ID, job]));
        const deployment = (id: string) => simulator.cluster.store.latestDeployment(jobKey('default', id));
        await until('the canary of web', () => deployment('web')?.Status === 'running');
        assert.equal(jobs.get('web')?.Status, 'running');
        assert.equal(deployment('web')?.StatusDescription, 'Deployment is running but requires manual promotion');
        const states = simulator.cluster.store.deploymentsOf(jobKey('default', 'web')).map(({ Status }) => Status);
        assert.deepEqual(states.sort(), ['failed', 'running', 'successful', 'successful', 'successful']);
        assert.equal(deployment('api')?.Status, 'successful');
        assert.equal(deployment('session-cache')?.Status, 'failed');
        assert.equal(jobs.get('ml-train')?.Status, 'pending');
        assert.equal(jobs.get('importer')?.JobSummary?.Summary?.['import']?.Failed, 1);
        assert.equal(jobs.get('migrations')?.JobSummary?.Summary?.['migrate']?.Complete, 1);
        assert.equal(jobs.get('legacy')?.Stop, true);
        assert.equal(jobs.get('log-shipper')?.JobSummary?.Summary?.['ship']?.Running, 3);
        assert.equal(jobs.get('resize-image')?.JobSummary?.Children?.Dead, 2);
        assert.equal(jobs.has('backoffice'), nomad === '2.0');
      });
    });
  }
});
