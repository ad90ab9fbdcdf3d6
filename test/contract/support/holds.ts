import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/** What one process came to, where several run a part of the files each. */
interface Share {
  /** Whether every test ran that its files have. */
  readonly ran: boolean;
  readonly files: readonly string[];
  readonly held: readonly Held[];
}

after(function () {
  const root = this.test?.parent;
  if (root === undefined) return;
  const shares = withOthers(shareOf(root));
  if (!isWhole(shares)) return;
  const all = new Set(shares.flatMap((share) => share.held));
  const asked = askedFor();
  const without = asked.filter((one) => !all.has(one));
  const unknown = [...all].filter((one) => !asked.includes(one));
  assert.deepEqual({ without, unknown }, { without: [], unknown: [] }, 'what no test holds, and what cannot be held');
});

function shareOf(root: Suite): Share {
  const tests = testsIn(root);
  const ran = tests.every((test) => test.state !== undefined || test.isPending());
  return { ran, files: [...new Set(tests.map(({ file }) => basename(file ?? '')))], held: [...held] };
}

/**
 * What was left by those that have ended, and this one. Where CONTRACT_SHARES names a folder, each process leaves there what
 * it came to: so the one that ends last finds everything.
 */
function withOthers(mine: Share): readonly Share[] {
  const folder = process.env['CONTRACT_SHARES'];
  if (folder === undefined) return [mine];
  const left = join(folder, `${String(process.pid)}.json`);
  writeFileSync(`${left}.new`, JSON.stringify(mine));
  renameSync(`${left}.new`, left);
  const all = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return all.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Share);
}

function askedFor(): readonly Held[] {
  const client = new FullNomadClient({ address: 'http://127.0.0.1:1' });
  const operations = operationsOf(client);
  client.dispose();
  const done = operations.filter((name) => !licensed.includes(name));
  return [...done, ...operations.map((name) => `${name} fails` as const), ...facts];
}

/** Whether all files were read, and every test ran that they have, on agents that may be written to. */
function isWhole(shares: readonly Share[]): boolean {
  const read = new Set(shares.flatMap(({ files }) => files));
  const files = readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.test.ts'));
  return shares.every(({ ran }) => ran) && files.every((name) => read.has(name)) && chooseTargets().every(isOwned);
}

const isOwned = ({ owned }: { readonly owned: boolean }) => owned;

function testsIn(suite: Suite): Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsIn)];
}
