import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allPages, pages } from '../../../src/nomad/reading/pages.ts';
import type { ListPage } from '../../../src/nomad/reading/pages.ts';

interface Item {
  ID: string;
  CreateIndex: number;
  ModifyIndex: number;
}

const item = (index: number): Item => ({ ID: `e${String(index)}`, CreateIndex: index, ModifyIndex: index });
const tokenOf = ({ ID, CreateIndex }: Item) => `${String(CreateIndex)}.${ID}`;

/**
 * Pages as an agent before 1.10.2 does: from the first item whose token, as a text, isn't below the one that is asked
 * for.
 */
function textual(items: Item[], asked: string[] = []): ListPage<Item> {
  return ({ nextToken = '', perPage = 0, reverse = false }) => {
    asked.push(`${nextToken} ${String(perPage)}`);
    const sorted = reverse ? items.toReversed() : items;
    const isBefore = (each: Item) => (reverse ? tokenOf(each) > nextToken : tokenOf(each) < nextToken);
    const from = nextToken === '' ? 0 : sorted.findIndex((each) => !isBefore(each));
    const rest = from === -1 ? [] : sorted.slice(from);
    const value = perPage === 0 ? rest : rest.slice(0, perPage);
    const next = rest[value.length];
    const meta = { index: 1, knownLeader: true, lastContactMs: 0 };
    return Promise.resolve({ value, meta: next === undefined ? meta : { ...meta, nextToken: tokenOf(next) } });
  };
}

const idsOf = (items: readonly Item[]) => items.map(({ ID }) => ID);

describe('pages of an agent that takes indexes for texts', () => {
  const lists = [
    [5, 9, 10, 11, 12],
    [5, 10, 60, 100, 200],
    [10, 11, 12, 30, 31, 200, 201, 202],
    [2, 30, 31, 100, 150, 200, 1000, 1001],
    [98, 99, 100, 101],
    Array.from({ length: 120 }, (_, n) => n * 9 + 1),
  ].map((indexes) => indexes.map(item));

  for (const items of lists) {
    for (const reverse of [false, true]) {
      const way = reverse ? ', backwards' : '';
      it(`bring each of ${String(items.length)} from ${String(items[0]?.CreateIndex)} once, in order${way}`, async () => {
        const expected = idsOf(reverse ? items.toReversed() : items);
        for (let perPage = 1; perPage <= items.length; perPage += 1) {
          const { value } = await allPages(textual(items), { perPage, reverse });
          assert.deepEqual(idsOf(value), expected, `pages of ${String(perPage)}`);
        }
      });
    }
  }

  it('are asked for without a size only where they start over', async () => {
    const asked: string[] = [];
    await allPages(textual([5, 9, 10, 11].map(item), asked), { perPage: 2 });
    assert.deepEqual(asked, [' 2', '10.e10 2', ' 0']);
    asked.length = 0;
    await allPages(textual([10, 11, 12].map(item), asked), { perPage: 2 });
    assert.deepEqual(asked, [' 2', '12.e12 2']);
  });

  it('show an item that changed in between once more, where the list is in that order', async () => {
    const items = [10, 11, 12].map(item);
    const list = textual(items);
    const seen: number[] = [];
    for await (const { value } of pages(list, { perPage: 2 })) {
      seen.push(...value.map(({ ModifyIndex }) => ModifyIndex));
      if (items.length === 3) items.push({ ...item(13), ID: 'e10' });
    }
    assert.deepEqual(seen, [10, 11, 12, 13]);
  });

  it('go on behind a page that changed in between', async () => {
    const items = [5, 9, 10, 11].map(item);
    const list = textual(items);
    const seen: string[] = [];
    for await (const { value } of pages(list, { perPage: 2 })) {
      seen.push(...idsOf(value));
      for (const each of items) each.ModifyIndex = 20;
    }
    assert.deepEqual(seen, ['e5', 'e9', 'e10', 'e11']);
  });

  it('may lack items only where the one that a token names went away', async () => {
    const items = [98, 99, 100, 101].map(item);
    const list = textual(items);
    const first = await list({ perPage: 1 });
    assert.equal(first.meta.nextToken, '99.e99');
    items.splice(1, 1);
    assert.deepEqual((await list({ nextToken: first.meta.nextToken })).value, []);
  });
});

describe('pages of a server that repeats them whatever it is asked', () => {
  it('are given up', async () => {
    const meta = { index: 1, knownLeader: true, lastContactMs: 0, nextToken: 'x' };
    const list = () => Promise.resolve({ value: [item(1)], meta });
    await assert.rejects(allPages(list, { perPage: 1 }), { name: 'NomadError', kind: 'decode' });
  });
});

describe('pages of things without an id', () => {
  it('are told apart by all that they have', async () => {
    const meta = { index: 1, knownLeader: true, lastContactMs: 0 };
    const list: ListPage<object> = ({ nextToken }) =>
      Promise.resolve(
        nextToken === undefined
          ? { value: [{ A: 1 }, { A: 2 }], meta: { ...meta, nextToken: 'n' } }
          : { value: [{ A: 3 }, null as unknown as object], meta },
      );
    assert.deepEqual((await allPages(list)).value, [{ A: 1 }, { A: 2 }, { A: 3 }, null]);
  });
});
