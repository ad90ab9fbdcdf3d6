import { compareAnswer, compareStream, objectsIn } from './compare.ts';
import type { Received } from './exchange.ts';
import type { Answered, Step } from './recording.ts';
import { isObject } from './shape.ts';
import type { Kinds } from './shape.ts';

type Stream = NonNullable<Step['stream']>;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function ownerOf(event: unknown): string {
  const { Namespace: namespace, Key: key } = isObject(event) ? event : {};
  return `${String(namespace)} ${uuid.test(String(key)) ? '<id>' : String(key)}`;
}

/** How a streamed answer differs from the recorded one, one line each. */
export function compareStreamed(answer: Answered, stream: Stream, received: Received, kinds: Kinds): string[] {
  const { headers = {}, status = 0, ...rest } = answer;
  const isRefused = status >= 300;
  const text = isRefused ? { text: stream.frames.join('') } : {};
  const recorded: Answered = answer.status === undefined ? answer : { ...rest, status, headers, ...text };
  const lines = compareAnswer(recorded, received, kinds);
  return isRefused ? lines : [...lines, ...compareStream(stream, received), ...compareSeen(stream, received)];
}

/** Whose events a stream shows, and how it says that it ends, where the recording tells. */
function compareSeen(recorded: Stream, received: Received): string[] {
  if (recorded.seen === undefined) return [];
  const text = received.body.toString('utf8');
  const events = [...objectsIn(text)].flatMap(({ Events: list }) => (Array.isArray(list) ? (list as unknown[]) : []));
  const seen = new Set(events.map(ownerOf));
  const missing = recorded.seen.filter((owner) => !seen.has(owner));
  const further = recorded.partial === true ? [] : [...seen].filter((owner) => recorded.seen?.includes(owner) !== true);
  const last = recorded.last === undefined || text.endsWith(`\n${recorded.last}`);
  return [
    ...(missing.length === 0 ? [] : [`no events of: ${missing.join(', ')}`]),
    ...(further.length === 0 ? [] : [`events of: ${further.join(', ')}`]),
    ...(last ? [] : [`does not end with: ${recorded.last ?? ''}`]),
  ];
}
