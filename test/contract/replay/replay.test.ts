import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { differences, openDifferences } from './differences.ts';
import { scenarios } from './scenarios.ts';
import { Replay } from './support/replay.ts';
import type { Found } from './support/replay.ts';

const versions = ['2.0.5', '1.6.10'];
/** Scenarios mostly wait, so several are played at a time. */
const atOnce = 8;
/** These take the longest, so they begin first. */
const longest = ['s09-logs', 's05-rolling', 's15-acl', 's04-blocking', 's11-events-during-s05'];

interface Played {
  readonly found: readonly Found[];
  readonly compared: number;
}

/** The listed differences of a scenario, and which of them came up. */
class Listed {
  readonly #list;
  readonly #seen = new Set<number>();

  constructor(version: string, scenario: string) {
    this.#list = [...differences, ...openDifferences].filter(
      (each) => each.scenario === scenario && (each.version ?? version) === version,
    );
  }

  has(step: string, line: string): boolean {
    const at = this.#list.findIndex((each) => {
      const isStep = typeof each.step === 'string' ? each.step === step : each.step.test(step);
      return isStep && each.line.test(line);
    });
    if (at !== -1) this.#seen.add(at);
    return at !== -1;
  }

  get gone(): string[] {
    return this.#list
      .filter((_, at) => !this.#seen.has(at))
      .map(({ step, line }) => `${String(step)}: ${String(line)}`);
  }
}

const titleOf = (version: string, name: string) => `${name} of ${version} is answered alike`;

async function play(version: string, name: string, listed: Listed): Promise<Played> {
  const replay = await Replay.start(version, name, scenarios[name] ?? {}, (step, line) => listed.has(step, line));
  try {
    return { found: await replay.run(), compared: replay.compared };
  } finally {
    await replay.close();
  }
}

describe('recordings of real agents', function () {
  // Nothing is decided by it: what takes as long has hung.
  this.timeout(600_000);
  const cases = versions.flatMap((version) =>
    Object.entries(scenarios)
      .filter(([, scenario]) => scenario.versions?.includes(version) ?? true)
      .map(([name]) => ({ version, name, listed: new Listed(version, name) })),
  );
  const results = new Map<string, Promise<Played>>();
  let compared = 0;

  before(() => {
    const isLong = ({ name }: { name: string }) => Number(longest.includes(name));
    const waiting = [...cases].sort((one, other) => isLong(other) - isLong(one));
    let busy = 0;
    const starts: (() => void)[] = [];
    const turn = async () => {
      if (busy >= atOnce) await new Promise<void>((resolve) => starts.push(resolve));
      busy += 1;
    };
    const asked = new RegExp(process.env['MOCHA_GREP'] ?? '');
    for (const { version, name, listed } of waiting) {
      if (!asked.test(`recordings of real agents ${titleOf(version, name)}`)) continue;
      const result = turn()
        .then(() => play(version, name, listed))
        .finally(() => {
          busy -= 1;
          starts.shift()?.();
        });
      result.catch(() => undefined);
      results.set(`${version} ${name}`, result);
    }
  });

  after(async () => {
    await Promise.allSettled(results.values());
    const listed = `${String(differences.length)} differences of the simulator listed`;
    console.log(
      `      ${String(compared)} steps compared, ${listed}, ${String(openDifferences.length)} left open by Nomad`,
    );
  });

  for (const { version, name, listed } of cases) {
    it(titleOf(version, name), async () => {
      const result = await results.get(`${version} ${name}`);
      assert.ok(result);
      compared += result.compared;
      const news = result.found.flatMap(({ step, lines }) => {
        const unlisted = lines.filter((line) => !listed.has(step, line));
        return unlisted.length === 0 ? [] : [`${step}\n    ${unlisted.join('\n    ')}`];
      });
      assert.equal(news.join('\n'), '');
      assert.deepEqual(listed.gone, [], 'listed differences that are gone');
    });
  }
});
