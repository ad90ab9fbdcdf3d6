import type { JobKey } from '../state/tables/keys.ts';
import { kindOf } from './kinds/kinds.ts';
import { RowSet } from './rows.ts';
import type { AllocationPlace, Layout, LayoutContext, Row, RowSource, ViewName } from './rows.ts';

/** The rows of one view over one store. */
export class RowTree implements LayoutContext {
  readonly layout: Layout;
  readonly source: RowSource;
  readonly rows: RowSet;
  readonly counts = new Map<string, number>();
  readonly places = new Map<string, AllocationPlace>();
  readonly passed = new Set<JobKey>();
  /** What was last handed out, by the parent's id; the empty id stands for the top. */
  readonly #shown = new Map<string, readonly Row[]>();
  /** How each row looked when it was last drawn. */
  readonly painted = new Map<string, string>();

  constructor(layout: Layout, source: RowSource) {
    this.layout = layout;
    this.source = source;
    this.rows = new RowSet(source.cluster, (row) => kindOf(row).affectedBy === 'job');
  }

  get view(): ViewName {
    return this.layout.view;
  }

  /** The rows under `parent`, or the top ones; they count as shown from now on. */
  children(parent?: Row): readonly Row[] {
    const children = this.#compute(parent);
    if (parent === undefined) this.#forgetGone();
    this.#shown.set(parent?.id ?? '', children);
    return children;
  }

  parent(row: Row): Row | undefined {
    return kindOf(row).parent(this, row);
  }

  /** The rows that were last handed out for `parent`; nothing if none were asked for. */
  shown(parent?: Row): readonly Row[] | undefined {
    return this.#shown.get(parent?.id ?? '');
  }

  /** Whether the rows under `parent` are others, or in another order, than those that are shown. */
  childrenChanged(parent?: Row): boolean {
    const shown = this.shown(parent);
    if (shown === undefined) return false;
    const now = this.#compute(parent);
    return now.length !== shown.length || now.some((row, at) => row !== shown[at]);
  }

  #compute(parent: Row | undefined): readonly Row[] {
    return parent === undefined ? this.layout.roots(this) : kindOf(parent).children(this, parent);
  }

  #forgetGone(): void {
    const { store } = this.source;
    const isThere = (row: Row): boolean => kindOf(row).exists(store, row, isThere);
    this.rows.prune(isThere);
    for (const id of this.#shown.keys()) if (id !== '' && this.rows.get(id) === undefined) this.#shown.delete(id);
    for (const id of this.painted.keys()) if (this.rows.get(id) === undefined) this.painted.delete(id);
    for (const id of this.counts.keys()) if (this.rows.get(id) === undefined) this.counts.delete(id);
  }
}
