import { readFileSync } from 'node:fs';
import type { Payloads, RecordedEvents } from './events.ts';
import type { RecordedLog } from './logs.ts';
import type { Kinds, Shape } from './shape.ts';
import type { RecordedTls } from './tls.ts';

/** What a recorded id belonged to, so that a replay can find its own. */
export type Described =
  | {
      readonly kind: 'allocation';
      readonly job: string;
      readonly namespace: string;
      readonly name: string;
      readonly version?: number;
      readonly nth: number;
    }
  | { readonly kind: 'deployment'; readonly job: string; readonly namespace: string; readonly version: number }
  | {
      readonly kind: 'evaluation';
      readonly job: string;
      readonly namespace: string;
      readonly by: string;
      readonly nth: number;
    }
  | { readonly kind: 'node' };

export interface Answered {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly text?: string;
  readonly json?: Shape;
  /** Values of the answer that later requests use, by the path to them. */
  readonly learn?: readonly { readonly path: readonly (string | number)[]; readonly value: string | number }[];
}

export interface SocketFrame {
  readonly at: number;
  readonly frame: unknown;
}

export interface Step {
  readonly step: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly answer?: Answered;
  /** A streamed answer: what came, in order. */
  readonly stream?: {
    readonly text?: string;
    readonly frames: readonly string[];
    readonly endedByServer: boolean;
    readonly forMs: number;
    /** Namespace and key of those whose events came; ids are left out. */
    readonly seen?: readonly string[];
    /** Some events were cut off, so there may be more. */
    readonly partial?: true;
    /** What was said in place of a last event. */
    readonly last?: string;
  };
  readonly socket?: {
    readonly url: string;
    readonly headers?: Record<string, string>;
    readonly sent: readonly SocketFrame[];
    readonly received: readonly string[];
    readonly outputs?: Record<string, string>;
    readonly close?: { readonly code: number; readonly reason: string };
    readonly refused?: { readonly status: number; readonly body: string };
  };
  /** A stream of events. */
  readonly events?: RecordedEvents;
  /** The log of the agent. */
  readonly log?: RecordedLog;
  /** Of an event stream whose frames were not kept: whether it was still going on when the client gave up. */
  readonly goesOn?: boolean;
  readonly samples?: readonly unknown[];
  readonly tls?: RecordedTls;
  readonly raw?: { readonly sent: string; readonly received: string };
}

export interface Recording {
  readonly ids: Record<string, Described>;
  readonly steps: readonly Step[];
  /** The shapes of the payloads of events, by topic and type. */
  readonly payloads?: Payloads;
}

const folder = new URL('../../../recorded/replay/', import.meta.url);

export function readRecording(version: string, scenario: string): Recording {
  const { shapes, ...rest } = JSON.parse(
    readFileSync(new URL(`${version}/${scenario}.json`, folder), 'utf8'),
  ) as Recording & { shapes: Shape[] };
  const steps = rest.steps.map((step) => withShapes(step, shapes));
  if (rest.payloads === undefined) return { ...rest, steps };
  const payloads = Object.entries(rest.payloads).map(([name, shape]) => [name, expand(shape, shapes)] as const);
  return { ...rest, steps, payloads: Object.fromEntries(payloads) };
}

export function readKinds(version: string): Kinds {
  return JSON.parse(readFileSync(new URL(`${version}/kinds.json`, folder), 'utf8')) as Kinds;
}

function withShapes(step: Step, shapes: readonly Shape[]): Step {
  const json = step.answer?.json;
  return json === undefined ? step : { ...step, answer: { ...step.answer, json: expand(json, shapes) } };
}

/** Puts the shapes that were written once, as `#12`, where they belong. */
function expand(shape: Shape, shapes: readonly Shape[]): Shape {
  if (typeof shape === 'string')
    return shape.startsWith('#') ? expand(shapes[Number(shape.slice(1))] ?? 'any', shapes) : shape;
  if ('is' in shape) return shape;
  if ('items' in shape) return { items: shape.items.map((item) => expand(item, shapes)) };
  if ('each' in shape) return { ...shape, each: expand(shape.each, shapes) };
  if ('map' in shape) return { map: expand(shape.map, shapes) };
  return {
    ...shape,
    fields: Object.fromEntries(Object.entries(shape.fields).map(([key, item]) => [key, expand(item, shapes)])),
  };
}
