import type { Store } from '../state/tables/store.ts';
import { commands } from '../platform/contributions.ts';
import type { CommandId } from '../platform/contributions.ts';
import type { Row } from './rows.ts';

/** What a row hands over when it is clicked, once for each click. */
export interface Click {
  readonly clicked: Row;
}

/**
 * What opening a row does: a job's source, an allocation's events, the rollout that is under way. Nothing for a row that
 * can only fold; a deployment that is over has no rollout of its own to show.
 */
export function openingOf(store: Store, row: Row): CommandId | undefined {
  switch (row.kind) {
    case 'job':
    case 'group':
      return commands.openJobSource;
    case 'allocation':
    case 'task':
      return commands.showEvents;
    case 'deployment':
    case 'deploymentGroup':
      return store.deployments.get(row.deployment)?.active === true ? commands.showRollout : undefined;
    case 'message':
      if (row.topic === 'failed') return commands.refresh;
      return row.topic === 'hidden' ? commands.clearFilter : undefined;
  }
}

/** How far apart the clicks of a double click may be. VS Code doesn't tell what the system has for it. */
const doubleClickMs = 500;

/** Tells a double click from single ones. VS Code calls a row's command for each click, and tells nothing of the click. */
export class DoubleClick {
  readonly #now: () => number;
  #last: { readonly row: Row; readonly ms: number } | undefined;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether this click on a row is the second of two. */
  isSecond(row: Row): boolean {
    const ms = this.#now();
    const last = this.#last;
    const second = last?.row === row && Math.abs(ms - last.ms) <= doubleClickMs;
    this.#last = second ? undefined : { row, ms };
    return second;
  }
}
