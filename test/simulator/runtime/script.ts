import { parseDuration } from './strconv.ts';
import type { TaskReport, TaskSpec } from './task.ts';

/** What a simulated task writes to one of its logs. */
export interface ScriptOutput {
  /** Written at the start. */
  first: string;
  /** Written `repeat` times, once every `everyMs`; Infinity for as long as the task runs. */
  line: string;
  repeat: number;
  everyMs: number;
}

/** The life of a simulated task, decided before it starts. */
export interface Script {
  startBlockMs: number;
  startError: string | undefined;
  /** Undefined: until stopped. */
  runForMs: number | undefined;
  exit: { exitCode: number; signal: number; oomKilled?: boolean };
  /** How it ends when stopped; undefined: by the signal. */
  killed: { exitCode: number; signal: number } | undefined;
  /** From a stop to the end; undefined: a moment. */
  killAfterMs: number | undefined;
  signalError: string | undefined;
  stdout: ScriptOutput;
  stderr: ScriptOutput;
  events: Extract<TaskReport, { kind: 'event' }>['event'][];
}

const silence: ScriptOutput = { first: '', line: '', repeat: 0, everyMs: 0 };

const quiet: Script = {
  startBlockMs: 0,
  startError: undefined,
  runForMs: undefined,
  exit: { exitCode: 0, signal: 0 },
  killed: undefined,
  killAfterMs: undefined,
  signalError: undefined,
  stdout: silence,
  stderr: silence,
  events: [],
};

/** A script that fails at once. */
export const failingScript = (message: string): Script => ({ ...quiet, startError: message });

/** The script of a `mock_driver` task, from its driver configuration. */
export function mockScript(spec: TaskSpec): Script {
  const config = spec.task.Config ?? {};
  let fault: string | undefined;
  const duration = (key: string): number => {
    const raw = text(config[key]);
    const parsed = parseDuration(raw);
    if (parsed.error !== undefined) fault ??= `${key} ${raw} not a valid duration: ${parsed.error}`;
    return parsed.value ?? 0;
  };
  const output = (name: string): ScriptOutput => {
    const line = text(config[`${name}_string`]);
    const everyMs = duration(`${name}_repeat_duration`);
    return { first: line, line, repeat: whole(config[`${name}_repeat`]), everyMs };
  };
  const exit = { exitCode: whole(config['exit_code']), signal: whole(config['exit_signal']) };
  const script: Script = {
    ...quiet,
    startBlockMs: duration('start_block_for'),
    runForMs: duration('run_for'),
    exit,
    killed: exit,
    killAfterMs: duration('kill_after'),
    signalError: optional(text(config['signal_error'])),
    stdout: output('stdout'),
    stderr: output('stderr'),
  };
  script.startError = fault ?? optional(text(config['start_error']));
  if (fault !== undefined) script.startBlockMs = 0;
  return script;
}

/** The script of any other driver's task; the task's meta may steer it with `simulator.…` keys. */
export function driverScript(spec: TaskSpec, now: () => number, random: () => number): Script {
  const hint = (name: string): string => text(taskMeta(spec)[`simulator.${name}`] ?? spec.meta[`simulator.${name}`]);
  const failsByMemory = hint('oom') === 'true';
  const runFor = hint('run_for');
  const endsAlone = spec.jobType === 'batch' || spec.jobType === 'sysbatch' || isShortLived(spec) || failsByMemory;
  const line = hint('log');
  return {
    ...quiet,
    startError: optional(hint('start_error')),
    runForMs: runFor === '' ? (endsAlone ? 2000 + random() * 3000 : undefined) : (parseDuration(runFor).value ?? 0),
    exit: failsByMemory
      ? { exitCode: 137, signal: 9, oomKilled: true }
      : { exitCode: whole(hint('exit_code')), signal: 0 },
    stdout: {
      first: openingLines(spec, now()),
      line: line === '' ? '' : `${line}\n`,
      repeat: Infinity,
      everyMs: Math.max(10, parseDuration(hint('log_every') || '1s').value ?? 0),
    },
    events: imageEvents(spec),
  };
}

function openingLines(spec: TaskSpec, now: number): string {
  const { allocation, task } = spec;
  const time = new Date(now).toISOString();
  const what = programOf(spec);
  return [
    `${time} starting ${task.Name}${what === '' ? '' : ` (${what})`}`,
    `${time} allocation ${allocation.ID.slice(0, 8)} of ${allocation.JobID} on ${allocation.NodeName}`,
    `${time} ready`,
    '',
  ].join('\n');
}

/** Drivers that pull an image say so. */
function imageEvents(spec: TaskSpec): Script['events'] {
  const image = text(spec.task.Config?.['image']);
  if (image === '' || (spec.task.Driver !== 'docker' && spec.task.Driver !== 'podman')) return [];
  return [
    {
      Type: 'Driver',
      DisplayMessage: 'Downloading image',
      Details: { driver_message: 'Downloading image', image },
    },
  ];
}

function programOf(spec: TaskSpec): string {
  const config = spec.task.Config ?? {};
  return text(config['image'] ?? config['command'] ?? config['jar_path'] ?? config['image_path']);
}

/** A task of a lifecycle hook without `sidecar` is expected to end. */
function isShortLived(spec: TaskSpec): boolean {
  const hook = spec.task.Lifecycle;
  return hook !== null && hook !== undefined && hook.Hook !== '' && hook.Sidecar !== true;
}

const taskMeta = (spec: TaskSpec): Record<string, string> => (spec.task.Meta ?? {}) as Record<string, string>;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const whole = (value: unknown): number => Math.trunc(Number(value ?? 0)) || 0;

const optional = (value: string): string | undefined => (value === '' ? undefined : value);
