import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { eventsText } from '../../../src/wording/eventsText.ts';
import type { Allocation } from '../../../src/nomad/types/allocation.ts';
import { golden } from '../../support/golden.ts';
import { makeAllocation, nowMs } from '../state/build.ts';

const path = join(import.meta.dirname, '..', '..', 'recorded', 'wording', 'causes.json');
const recorded = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, Partial<Allocation>>>;

const options = { cluster: 'prod:4646', nowMs, moment: (ms: number) => new Date(ms).toISOString() };

describe('events of an allocation', () => {
  it('are told task by task as Nomad told them', () => {
    const texts = ['crash', 'badconfig', 'prestart', 'tmplmissing'].map((name) =>
      eventsText(makeAllocation(0, { ...recorded['2.0.5']?.[name], ID: name, ModifyTime: nowMs * 1e6 }), options),
    );
    golden('wording/events', texts.join('\n'));
  });

  it('are said to be missing where the client has not reported', () => {
    const odd = { server: { State: 'dead', Events: [null, { Type: 3, Time: 'x' }] }, gone: null } as never;
    const texts = [{ TaskStates: null }, { TaskStates: odd }].map((more) =>
      eventsText(makeAllocation(0, { ID: 'a', ...more }), options),
    );
    golden('wording/events-missing', texts.join('\n'));
  });
});
