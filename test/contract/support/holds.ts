import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { after } from 'mocha';
import type { Suite, Test } from 'mocha';
import { FullNomadClient } from '../../../src/nomad/fullClient.ts';
import { operationsOf, type Operation } from '../../support/operations.ts';
import { chooseTargets } from '../../support/target.ts';
import { facts, type Fact } from './facts.ts';

/** What tests are asked for: that an operation does what it is for, that it is refused, and what agents do beside documents. */
type Held = Operation | `${Operation} fails` | Fact;

/** What only a licensed agent does. */
const licensed: readonly Operation[] = ['allocations.pauseState', 'allocations.setPauseState'];

const held = new Set<Held>();

/** Says, as the first thing in a test, what it is a test of. At the end of a whole run, each of them has to have one. */
export function holds(...what: readonly Held[]): void {
  for (const one of what) held.add(one);
}

after(function () {
  const root = this.test?.parent;
  if (root === undefined || !isWhole(root)) return;
  const asked = askedFor();
  const without = asked.filter((one) => !held.has(one));
  const unknown = [...held].filter((one) => !asked.includes(one));
  assert.deepEqual({ without, unknown }, { without: [], unknown: [] }, 'what no test holds, and what cannot be held');
});

function askedFor(): readonly Held[] {
  const client = new FullNomadClient({ address: 'http://127.0.0.1:1' });
  const operations = operationsOf(client);
  client.dispose();
  const done = operations.filter((name) => !licensed.includes(name));
  return [...done, ...operations.map((name) => `${name} fails` as const), ...facts];
}

/** Whether all files were read, and every test ran that they have, on agents that may be written to. */
function isWhole(root: Suite): boolean {
  const tests = testsIn(root);
  const read = new Set(tests.map(({ file }) => basename(file ?? '')));
  const files = readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
  const ran = tests.every((test) => test.state !== undefined || test.isPending());
  return ran && files.every((name) => read.has(name)) && chooseTargets().every(({ owned }) => owned);
}

function testsIn(suite: Suite): Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsIn)];
}
