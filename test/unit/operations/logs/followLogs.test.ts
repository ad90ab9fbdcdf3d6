import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../../src/base/events.ts';
import { NomadError } from '../../../../src/nomad/http/errors.ts';
import { followLogsOf } from '../../../../src/operations/logs/followLogs.ts';
import type { LogEntry } from '../../../../src/operations/logs/types.ts';
import { allocationRecord } from '../../../../src/state/tables/allocationRecords.ts';
import { Changes } from '../../../../src/state/tables/changes.ts';
import type { ChangeSet } from '../../../../src/state/tables/changes.ts';
import { jobRecord } from '../../../../src/state/tables/jobRecords.ts';
import { jobKey } from '../../../../src/state/tables/keys.ts';
import type { PlacedClient } from '../../../../src/state/tables/placedClient.ts';
import { Store } from '../../../../src/state/tables/store.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { makeAllocation, makeJob } from '../../state/build.ts';

const key = jobKey('default', 'web');

describe('logs that may not be read', () => {
  it('are asked for once and said to be once, whatever happens to the job as long as their task runs', async () => {
    const store = new Store();
    const given = makeAllocation(0, {
      TaskStates: { server: { State: 'running', Failed: false, Restarts: 0, Events: [] } },
    });
    store.apply('jobs', jobRecord(makeJob()));
    store.apply('allocations', allocationRecord(given, 12));
    const changes = new Emitter<ChangeSet>();
    let asked = 0;
    const refused = new NomadError('denied', 'Permission denied', { status: 403 });
    const next = () => Promise.reject(refused);
    const logParts = () => {
      asked += 1;
      return { [Symbol.asyncIterator]: () => ({ next }) };
    };
    const client = { allocations: { logParts, read: () => Promise.reject(refused) } } as unknown as PlacedClient;
    const sight = {
      ...{ store, onDidChange: changes.event, startsEmpty: false },
      ...{ readNow: () => Promise.resolve(), follow: () => new Promise<void>(() => undefined) },
    };
    const said: LogEntry[] = [];
    const ended = new AbortController();
    const follower = followLogsOf(
      { client, sight, clock: new FakeClock(), signal: ended.signal },
      { job: key, region: undefined },
      { take: (entries) => said.push(...entries) },
    );
    const settle = async () => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    };
    await settle();
    const kinds = () => said.map(({ kind }) => kind);
    assert.deepEqual(kinds(), ['denied', 'denied']);
    for (let turn = 0; turn < 3; turn += 1) {
      changes.fire(new Changes().mark('jobs', key));
      await settle();
    }
    assert.deepEqual([kinds(), asked], [['denied', 'denied'], 2]);
    follower.dispose();
  });
});
