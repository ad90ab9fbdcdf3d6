import type * as vscode from 'vscode';
import { isLogLine, type LogPosition } from '../../operations/logs/types.ts';
import { logKey } from './logUri.ts';
import type { Kept, LogOptions, OpenLog } from './openLog.ts';

const key = 'nomad.logs';

/** Of as many documents; the ones that were changed last. */
const most = 50;

/** A reload begins with as many lines as were seen last. */
const mostLines = 1000;

/** Not more often than that, since each write is one of the window's disk. */
const pauseMs = 2000;

interface Stored {
  readonly options: LogOptions;
  readonly from: readonly (readonly [string, LogPosition])[];
}

type All = Readonly<Record<string, Stored>>;

/** What a document needs to go on after a reload of the window: how it is shown, and where its last lines begin. */
export class KeptLogs {
  readonly #state: vscode.Memento;
  /** When each was written last. */
  readonly #written = new Map<string, { readonly options: LogOptions; readonly atMs: number }>();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  get(uri: vscode.Uri): Kept {
    const stored = this.#all()[logKey(uri)];
    return stored ?? {};
  }

  set(log: OpenLog): void {
    const uri = logKey(log.uri);
    const now = Date.now();
    const last = this.#written.get(uri);
    if (last?.options === log.options && now - last.atMs < pauseMs) return;
    this.#written.set(uri, { options: log.options, atMs: now });
    const stored: Stored = { options: log.options, from: beginnings(log) };
    const others = Object.entries(this.#all()).filter(([one]) => one !== uri);
    void this.#state.update(key, Object.fromEntries([...others, [uri, stored] as const].slice(-most)));
  }

  drop(uri: vscode.Uri): void {
    const [all, dropped] = [this.#all(), logKey(uri)];
    if (!(dropped in all)) return;
    void this.#state.update(key, Object.fromEntries(Object.entries(all).filter(([one]) => one !== dropped)));
  }

  #all(): All {
    return this.#state.get<All>(key, {});
  }
}

/** Where the last lines of each log begin; of one that has none among them, where it goes on. */
function beginnings({ lines, positions }: OpenLog): readonly (readonly [string, LogPosition])[] {
  const from = new Map(positions);
  for (const entry of [...lines.entries.slice(-mostLines)].reverse()) {
    if (isLogLine(entry)) from.set(entry.source.key, entry.position);
  }
  return [...from];
}
