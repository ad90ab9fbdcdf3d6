import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { contract } from './support/contract.ts';
import { holds } from './support/holds.ts';
import { service, unknownId } from './support/jobs.ts';
import { assertRefused } from './support/refused.ts';

contract('pausing tasks', (c) => {
  let id = '';

  before(async () => {
    const job = c.id('pause');
    await c.register(service(job));
    id = await c.runningId(job);
  });

  it('is for Enterprise', async function () {
    holds(
      'allocations.pauseState fails',
      'allocations.setPauseState fails',
      'What is for Enterprise answers 501, and 500 where a task is paused, and a licence is 204 without a body',
    );
    c.needs(this, 1, 8, 'pauses');
    await assertRefused(c.client.allocations.pauseState(id, 'main'), 500, 'Enterprise only', 'unsupported');
    await assertRefused(c.client.allocations.setPauseState(id, 'main', 'pause'), 500, 'Enterprise only', 'unsupported');
  });

  it('is unknown to older agents', async function () {
    if (c.atLeast(1, 8)) c.skip(this, `Nomad ${c.version.text} knows of pauses`);
    await assertRefused(c.client.allocations.pauseState(id, 'main'), 404, 'resource not found', 'notFound');
    await assertRefused(c.client.allocations.setPauseState(id, 'main', 'run'), 404, 'resource not found', 'notFound');
  });

  it('is not for allocations that are not there', async function () {
    c.needs(this, 1, 8, 'pauses');
    await assert.rejects(c.client.allocations.pauseState(unknownId, 'main'));
  });
});
