import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ChangeCoalescer, Changes } from '../../../src/state/tables/changes.ts';
import type { ChangeSet } from '../../../src/state/tables/changes.ts';
import { jobKey } from '../../../src/state/tables/keys.ts';
import { FakeClock } from '../../support/fakeClock.ts';

function ofJob(id: string): Changes {
  return new Changes().mark('jobs', jobKey('default', id));
}

describe('changes', () => {
  it('of several steps are one', () => {
    const added = new Changes().markList('jobs');
    const all = new Changes().add(ofJob('a')).add(ofJob('b')).add(ofJob('a')).add(added);
    assert.deepEqual([...all.of('jobs')], ['default/a', 'default/b']);
    assert.deepEqual([all.listChanged('jobs'), all.listChanged('allocations')], [true, false]);
    assert.ok(new Changes().empty);
  });

  it('are told once for a burst, a short while after its first', async () => {
    const clock = new FakeClock();
    const told: ChangeSet[] = [];
    const coalescer = new ChangeCoalescer({ clock, emit: (changes) => told.push(changes) });
    coalescer.add(ofJob('a'));
    await clock.advance(40);
    coalescer.add(ofJob('b'));
    assert.equal(told.length, 0);
    await clock.advance(10);
    assert.deepEqual(
      told.map((changes) => [...changes.of('jobs')]),
      [['default/a', 'default/b']],
    );
    coalescer.add(ofJob('c'));
    await clock.advance(50);
    assert.deepEqual(
      told.map((changes) => changes.of('jobs').size),
      [2, 1],
    );
  });

  it('that are none are not told, and a flush tells at once', () => {
    const clock = new FakeClock();
    const told: ChangeSet[] = [];
    const coalescer = new ChangeCoalescer({ clock, emit: (changes) => told.push(changes) });
    coalescer.add(new Changes());
    assert.equal(clock.pending, 0);
    coalescer.add(ofJob('a'));
    coalescer.flush();
    coalescer.flush();
    assert.equal(told.length, 1);
    assert.equal(clock.pending, 0);
  });

  it('are not told any more after the end', async () => {
    const clock = new FakeClock();
    const told: ChangeSet[] = [];
    const coalescer = new ChangeCoalescer({ clock, emit: (changes) => told.push(changes) });
    coalescer.add(ofJob('a'));
    coalescer.dispose();
    coalescer.add(ofJob('b'));
    await clock.advance(100);
    assert.equal(told.length, 0);
    assert.equal(clock.pending, 0);
  });
});
