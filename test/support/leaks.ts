import { createHook } from 'node:async_hooks';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Context } from 'mocha';

/** How long closing sockets and ending processes may take after the last test; only what does not end waits for all of it. */
const graceMs = 30_000;
/** How long the report may take to be written. */
const reportMs = 1000;
const pollMs = 20;

/** What a test has to end itself; files and DNS requests end on their own. */
const kinds = ['Timeout', 'TCPServerWrap', 'TCPSocketWrap', 'PipeWrap', 'ProcessWrap', 'UDPWrap'] as const;

/** With LEAK_TRACE=1 the message says where each thing was made, at the price of slower tests. */
const tracing = process.env['LEAK_TRACE'] === '1';
const origins = new Map<number, { kind: string; stack: string }>();

if (tracing) {
  createHook({
    init(id, kind) {
      if (/^(Timeout|TCP|PIPE|PROCESS)/.test(kind)) origins.set(id, { kind, stack: callers() });
    },
    destroy(id) {
      origins.delete(id);
    },
  }).enable();
}

let before = new Map<string, number>();

/** What Node warns of: listeners that are added again and again to what lives on. */
const crowded: string[] = [];
process.on('warning', ({ name, message }) => {
  if (name === 'MaxListenersExceededWarning') crowded.push(message);
});

/** Root hooks for mocha: the run fails when its tests leave timers, sockets or child processes behind. */
export const mochaHooks = {
  async beforeAll(this: Context): Promise<void> {
    // Added only now, so that it comes after the hooks that test files have outside of their suites.
    this.test?.parent?.afterAll('leaves nothing behind', checkLeftovers);
    // Only now does mocha's own timer for this hook run, as it will in the hook below.
    await setImmediate();
    before = active();
  },
};

async function checkLeftovers(): Promise<void> {
  await setImmediate();
  const deadline = Date.now() + graceMs;
  let left = leftovers();
  while (left.length > 0 && Date.now() < deadline) {
    await delay(pollMs);
    // A timer counts as active until its callback has returned.
    await setImmediate();
    left = leftovers();
  }
  if (left.length === 0) {
    if (crowded.length > 0)
      throw new Error(`Listeners were left behind; run with NODE_OPTIONS=--trace-warnings: ${crowded.join('; ')}`);
    return;
  }
  // What is left would keep the process alive for ever, so it is ended once the report is out.
  setTimeout(() => process.exit(1), reportMs).unref();
  throw new Error(`The tests left behind: ${left.join(', ')}. ${where()}`);
}

function leftovers(): string[] {
  const now = active();
  return kinds
    .map((kind) => ({ kind, count: (now.get(kind) ?? 0) - (before.get(kind) ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${String(count)} ${kind}`);
}

function active(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function where(): string {
  if (!tracing) return 'Run with LEAK_TRACE=1 to see where they were made.';
  const traced = [...origins.values()].filter(({ stack }) => stack !== '');
  return traced.map(({ kind, stack }) => `\n${kind}\n${stack}`).join('');
}

function callers(): string {
  const lines = new Error().stack?.split('\n') ?? [];
  return lines.filter((line) => line.includes('.ts:') && !line.includes(import.meta.filename)).join('\n');
}
