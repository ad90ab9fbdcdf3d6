import { index, listOf, maybe, object, text } from '../http/shape.ts';
import type { Shape } from '../http/shape.ts';
import * as shapes from './shapes.ts';

/** What payloads hold, by topic; other topics are not checked. */
const payloads: Readonly<Record<string, Shape>> = {
  Job: object({ Job: maybe(shapes.job) }),
  Allocation: object({ Allocation: maybe(shapes.allocation) }),
  Deployment: object({ Deployment: maybe(shapes.deployment) }),
  Evaluation: object({ Evaluation: maybe(shapes.evaluation) }),
};

const envelope = object({
  Topic: text,
  Type: maybe(text),
  Key: maybe(text),
  Namespace: maybe(text),
  Index: index,
  Payload: maybe(object()),
});

const event: Shape = (value) => {
  const wrong = envelope(value);
  if (wrong !== undefined) return wrong;
  const { Topic, Payload } = value as { Topic: string; Payload?: unknown };
  if (!Object.hasOwn(payloads, Topic) || Payload === undefined || Payload === null) return undefined;
  const inside = payloads[Topic]?.(Payload);
  return inside === undefined ? undefined : `.Payload${inside}`;
};

const batch = object({ Index: index, Events: maybe(listOf(event)) });

/** What of a line that is no heartbeat isn't as Nomad sends it, as `Events[0].Topic is not a text`. */
export function wrongIn(line: unknown): string | undefined {
  return batch(line)?.replace(/^[. ]/, '');
}
