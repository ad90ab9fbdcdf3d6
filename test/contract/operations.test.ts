import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { FullNomadClient } from '../../src/nomad/fullClient.ts';
import { operationsOf } from '../support/operations.ts';
import { operations } from './support/coverage.ts';
import type { Tests } from './support/coverage.ts';
import { documented, observed } from './support/observed.ts';

/** What only a licensed agent does, and how the client says so. */
const licensed = ['allocations.pauseState', 'allocations.setPauseState'];

const sources = new Map<string, string | undefined>();

function sourceOf(file: string): string | undefined {
  if (!sources.has(file)) {
    const url = new URL(`./${file}.test.ts`, import.meta.url);
    sources.set(file, existsSync(url) ? readFileSync(url, 'utf8') : undefined);
  }
  return sources.get(file);
}

/** The tests that are named but are not there. */
function missing(tests: Tests): string[] {
  return Object.entries(tests).flatMap(([file, titles]) => {
    const source = sourceOf(file);
    if (source === undefined) return [`${file}.test.ts`];
    const isThere = (title: string) => [`it('${title}'`, `it(\`${title}\``].some((text) => source.includes(text));
    return titles.filter((title) => !isThere(title)).map((title) => `${file}: ${title}`);
  });
}

const some = (tests: Tests) => Object.values(tests).some((titles) => titles.length > 0);

describe('operations of the client', () => {
  const client = new FullNomadClient({ address: 'http://127.0.0.1:1' });
  const names = operationsOf(client);
  client.dispose();

  it('are all held to what agents do, by tests of success and of failure', () => {
    assert.ok(names.length > 90, names.join(' '));
    assert.deepEqual(Object.keys(operations).sort(), names);
    for (const [name, { success, failure }] of Object.entries(operations)) {
      assert.ok(some(failure), `${name} has no test of failure`);
      assert.equal(some(success), !licensed.includes(name), name);
    }
  });

  it('name tests that are there', () => {
    const named = Object.values(operations).flatMap(({ success, failure }) => [success, failure]);
    assert.deepEqual(named.flatMap(missing), []);
  });
});

describe('what agents do and documents do not say', () => {
  for (const [what, table] of Object.entries({ observed, documented })) {
    it(`has tests for all that is ${what}`, () => {
      for (const [fact, tests] of Object.entries(table)) {
        assert.ok(some(tests), fact);
        assert.deepEqual(missing(tests), [], fact);
      }
    });
  }
});
