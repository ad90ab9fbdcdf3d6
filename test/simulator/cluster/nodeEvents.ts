import { type NodeEvent, type NodeRecord, wireTime } from '../state/records.ts';
import type { Store } from '../state/store.ts';

const keptEvents = 10;

/** Something that happened to a node, as the node keeps it. */
export function nodeEvent(
  store: Store,
  Message: string,
  Subsystem: string,
  Details: Record<string, string> | null = null,
): NodeEvent {
  return { Message, Subsystem, Details, Timestamp: wireTime(store.clock.now()), CreateIndex: store.index + 1 };
}

export function withEvent(node: NodeRecord, event: NodeEvent): NodeRecord {
  return { ...node, Events: [...node.Events, event].slice(-keptEvents) };
}

/** A moment without fractions of a second, as the times of a drain are written. */
export function secondsTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
