import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Changes } from '../../../src/state/tables/changes.ts';
import { node, TableBench } from './tableBench.ts';
import type { Node, WithNodes } from './tableBench.ts';

interface State {
  readonly index: number;
  /** Missing where it was removed. */
  readonly node?: Node;
}

/** A list under way: what the cluster was when it answered, and what was heard to be there meanwhile. */
interface Asked {
  readonly answer: ReturnType<TableBench['ask']>;
  readonly heard: Set<string>;
  given?: { readonly index: number; readonly states: ReadonlyMap<string, State> };
}

const ids = ['a', 'b', 'c', 'd', 'e'];

/** A cluster and what it told: of every record the newest state that anybody heard of. */
class Model {
  index = 0;
  readonly truth = new Map<string, State>();
  readonly told = new Map<string, State>();
  readonly events: { readonly id: string; readonly state: State }[] = [];
  readonly asked: Asked[] = [];

  change(id: string, gone: boolean): void {
    const index = (this.index += 1);
    const state = gone ? { index } : { index, node: node(id, index, index % 3 === 0 ? 'down' : 'ready') };
    this.truth.set(id, state);
    this.events.push({ id, state });
  }

  /** What Nomad collects as garbage is told by no event; it is old by then. */
  collect(id: string): void {
    if (this.truth.get(id)?.node === undefined || this.events.some((event) => event.id === id)) return;
    this.truth.set(id, { index: (this.index += 1) });
  }

  /** A server answers lists in their order. */
  give(): void {
    const next = this.asked.find(({ given }) => given === undefined);
    if (next !== undefined) next.given = { index: this.index, states: new Map(this.truth) };
  }

  hear(id: string, state: State): void {
    const known = this.told.get(id);
    if (known !== undefined && state.index < known.index) return;
    this.told.set(id, state);
    for (const { heard } of this.asked) {
      if (state.node === undefined) heard.delete(id);
      else heard.add(id);
    }
  }

  listed({ heard, given }: Asked): void {
    for (const [id, state] of given?.states ?? []) {
      const known = this.told.get(id);
      // That something is gone concerns what was held, and is not believed of what was heard of since.
      if (state.node === undefined && (known?.node === undefined || heard.has(id))) continue;
      if (state.index > (known?.index ?? 0)) this.told.set(id, state);
    }
  }

  /** As {@link TableBench.has} names it. */
  expected(of: ReadonlyMap<string, State>): readonly string[] {
    return [...of].flatMap(([id, state]) => (state.node === undefined ? [] : [`${id}@${String(state.index)}`]));
  }
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const seed = Number(process.env['TABLE_SEED'] ?? Date.now() % 1_000_000);

describe(`a table between events and lists (TABLE_SEED=${String(seed)})`, () => {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  /** One thing that happens in the cluster, or reaches the table. */
  function happen(bench: TableBench, model: Model): Changes<WithNodes> | undefined {
    switch (pick(['change', 'change', 'remove', 'collect', 'event', 'event', 'event', 'ask', 'give', 'answer'])) {
      case 'change':
        model.change(pick(ids), false);
        return undefined;
      case 'remove':
        model.change(pick(ids), true);
        return undefined;
      case 'collect':
        model.collect(pick(ids));
        return undefined;
      case 'event':
        return hear(bench, model);
      case 'ask':
        if (model.asked.length < 3) model.asked.push({ answer: bench.ask(), heard: new Set() });
        return undefined;
      case 'give':
        model.give();
        return undefined;
      default:
        return answer(model);
    }
  }

  function hear(bench: TableBench, model: Model): Changes<WithNodes> | undefined {
    const event = model.events.shift();
    if (event === undefined) return undefined;
    const { id, state } = event;
    model.hear(id, state);
    return state.node === undefined ? bench.remove(id, state.index) : bench.apply(state.node);
  }

  function answer(model: Model): Changes<WithNodes> | undefined {
    const [first] = model.asked;
    if (first?.given === undefined) return undefined;
    model.asked.shift();
    model.listed(first);
    const { index, states } = first.given;
    return first.answer(
      [...states.values()].flatMap((state) => state.node ?? []),
      index,
    );
  }

  /** A list of how the cluster is now. */
  function list(bench: TableBench, model: Model): Changes<WithNodes> | undefined {
    model.asked.push({ answer: bench.ask(), heard: new Set() });
    model.give();
    return answer(model);
  }

  it('holds of each record the newest state that was told, in whatever order', () => {
    for (let life = 0; life < 300; life += 1) {
      const [bench, model] = [new TableBench(), new Model()];
      for (let step = 0; step < 80; step += 1) {
        const before = new Map(bench.tables.hosts.records);
        const changes = happen(bench, model);
        bench.has(...model.expected(model.told));
        const after = bench.tables.hosts.records;
        const differ = ids.filter((id) => before.get(id) !== after.get(id));
        const unsaid = differ.filter((id) => changes?.of('hosts').has(id) !== true);
        assert.deepEqual(unsaid, [], 'every change is said');
        const cameOrWent = differ.some((id) => before.has(id) !== after.has(id));
        if (cameOrWent) assert.ok(changes?.listChanged('hosts'), 'so is every change of the list');
      }
    }
  });

  it('is what the cluster is after every list that nothing interferes with, also when the cluster starts over', () => {
    for (let life = 0; life < 100; life += 1) {
      const bench = new TableBench();
      for (let cluster = 0; cluster < 3; cluster += 1) {
        // Events and lists of the cluster before are lost with it.
        const model = new Model();
        for (let step = 0; step < Math.floor(random() * 60); step += 1) happen(bench, model);
        while (model.events.length > 0) hear(bench, model);
        model.asked.length = 0;
        list(bench, model);
        bench.has(...model.expected(model.truth));
      }
    }
  });
});
