import * as vscode from 'vscode';
import { systemClock } from '../../base/clock.ts';
import { Emitter } from '../../base/events.ts';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { StateFollower } from '../../operations/allocationState/followState.ts';
import type { Allocation } from '../../nomad/types/allocation.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import { clusterIdWords } from '../../state/clusters/clusterId.ts';
import type { AllocationState } from '../../wording/allocations/allocationState.ts';
import { stateText, type StateLine } from '../../wording/allocations/stateText.ts';
import { lineEdits, partEdit } from './lineEdits.ts';
import type { StateOf } from './stateUri.ts';

/** No more often than that; people can't read faster, and each change is work for the window. */
const pauseMs = 250;
/** Ages are told in minutes, and how long the next try is away in seconds, while it is near. */
const agesMs = 30_000;
const secondsMs = 1000;
const nearMs = 120_000;

const unread: AllocationState = {
  standing: { kind: 'reading' },
  ...{ known: undefined, checks: undefined, services: undefined, deployment: undefined },
  ...{ previous: undefined, next: undefined, replacedAtMs: undefined, usage: undefined },
};

interface Options {
  readonly moment: (ms: number) => string;
  /** Gets faults of ours. */
  readonly fail: (error: unknown) => void;
}

/** What is behind a document about an allocation: what is known of it, and how that comes into the editor. */
export class OpenState implements Disposable {
  readonly uri: vscode.Uri;
  readonly of: StateOf;
  readonly #options: Options;
  readonly #life = new Lifetime();
  readonly #changed = this.#life.own(new Emitter<void>());
  /** Fires when the document has become another. */
  readonly onDidChange = this.#changed.event;
  #cluster: Cluster | undefined;
  #follower: StateFollower | undefined;
  #left: AllocationState = unread;
  #timer: Disposable | undefined;
  #painting = false;
  #behind = false;
  #visible = false;

  constructor(uri: vscode.Uri, of: StateOf, options: Options) {
    this.uri = uri;
    this.of = of;
    this.#options = options;
    this.#life.onEnd(() => {
      this.#timer?.dispose();
      this.#follower?.dispose();
    });
  }

  /** The cluster that it follows. */
  get cluster(): Cluster | undefined {
    return this.#cluster;
  }

  get state(): AllocationState {
    return this.#follower?.state ?? this.#left;
  }

  /** Its lines as they are now, which the document may not have yet. */
  lines(): readonly StateLine[] {
    const { cluster, name } = this.of;
    const label = this.#cluster?.label ?? clusterIdWords(cluster);
    return stateText(this.state, name, { cluster: label, nowMs: systemClock.now(), moment: this.#options.moment });
  }

  /** @param read what was read of it just now */
  follow(cluster: Cluster, read?: Allocation): void {
    if (this.#cluster !== cluster) {
      this.#follower?.dispose();
      this.#cluster = cluster;
      const follower = new StateFollower(cluster, this.of, this.#options.fail);
      this.#follower = follower;
      follower.onDidChange(() => {
        this.#paintSoon();
      });
      follower.show(this.#visible);
    }
    if (read === undefined) this.#follower?.refresh();
    else this.#follower?.begin(read);
  }

  /** Nothing more is read. What is shown stays, and says since when it is old. */
  leave(why: string): void {
    const { state } = this;
    const sinceMs = state.standing.kind === 'stale' ? state.standing.sinceMs : systemClock.now();
    const wasRead = state.known !== undefined;
    if (state.standing.kind !== 'collected') {
      this.#left = { ...state, standing: { kind: 'stale', sinceMs: wasRead ? sinceMs : undefined, why } };
    } else this.#left = state;
    this.#follower?.dispose();
    this.#follower = undefined;
    this.#cluster = undefined;
    this.#paintSoon();
  }

  /** Takes whether an editor shows it. While none does, nothing is asked for and nothing is painted. */
  look(): void {
    const visible = this.#editors.length > 0;
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#follower?.show(visible);
    if (visible) this.#paintSoon();
  }

  dispose(): void {
    this.#life.dispose();
  }

  get #editors(): readonly vscode.TextEditor[] {
    const key = this.uri.toString();
    return vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === key);
  }

  #paintSoon(afterMs = pauseMs): void {
    if (this.#life.ended) return;
    if (this.#painting) {
      this.#behind = true;
      return;
    }
    this.#timer?.dispose();
    this.#timer = systemClock.timer(afterMs, () => {
      this.#timer = undefined;
      void this.#paint();
    });
  }

  /** Never rejects. */
  async #paint(): Promise<void> {
    if (!this.#visible || this.#life.ended) return;
    this.#painting = true;
    this.#behind = false;
    try {
      await this.#bringUpToDate();
    } catch (error) {
      this.#options.fail(error);
    }
    this.#painting = false;
    this.#changed.fire();
    this.#paintSoon(this.#isBehind() ? pauseMs : agesOf(this.state));
  }

  /** Asked anew after a wait; the compiler would take the answer from before it for granted. */
  #isBehind(): boolean {
    return this.#behind;
  }

  async #bringUpToDate(): Promise<void> {
    const key = this.uri.toString();
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === key);
    if (document === undefined) return;
    const before = document.getText().split(/\r?\n/);
    const after = [...this.lines().map(({ text }) => text), ''];
    const edit = new vscode.WorkspaceEdit();
    for (const { from, to, lines } of lineEdits(before, after)) {
      if (to - from !== lines.length) {
        edit.replace(this.uri, new vscode.Range(from, 0, to, 0), lines.map((line) => `${line}\n`).join(''));
        continue;
      }
      for (const [at, line] of lines.entries()) {
        const part = partEdit(before[from + at] ?? '', line);
        if (part !== undefined) {
          edit.replace(this.uri, new vscode.Range(from + at, part.start, from + at, part.end), part.text);
        }
      }
    }
    if (edit.size > 0) await vscode.workspace.applyEdit(edit);
  }
}

/** How soon the document will say something else, though nothing has changed. */
function agesOf({ known, replacedAtMs }: AllocationState): number {
  const tries = [replacedAtMs, ...(known?.record.tasks ?? []).map(({ nextTryMs }) => nextTryMs)];
  const now = systemClock.now();
  const isNear = tries.some((ms) => ms !== undefined && ms > now - secondsMs && ms - now < nearMs);
  return isNear ? secondsMs : agesMs;
}
