import type { JobKey } from '../../state/tables/keys.ts';
import type { Place } from '../../state/tables/place.ts';

export type LogStream = 'stdout' | 'stderr';

/** One of the two logs of a task of an allocation. All lines of a log share one object. */
export interface TaskLog {
  readonly kind: 'task';
  /** Its key among all logs of a cluster: `<allocation>/<task>/<stream>`. Never shown. */
  readonly key: string;
  /** A whole id. */
  readonly allocation: string;
  readonly place: Place;
  readonly job: JobKey;
  readonly group: string;
  /** The allocation for people: `app[2]`, or the first eight characters of its id where it has no number. */
  readonly name: string;
  readonly task: string;
  readonly stream: LogStream;
}

/** The log of an agent: of a client or of a server. */
export interface AgentLog {
  readonly kind: 'agent';
  readonly key: string;
  /** The name of the node or of the server. */
  readonly name: string;
  readonly agent: { readonly nodeId: string } | { readonly serverId: string } | 'connected';
}

/** A file of an allocation, read as a log is. */
export interface FileLog {
  readonly kind: 'file';
  readonly key: string;
  /** A whole id. */
  readonly allocation: string;
  readonly place: Place;
  /** The allocation for people: `web.app[0]`. */
  readonly name: string;
  /** Relative to the allocation's directory. */
  readonly path: string;
}

export type LogSource = TaskLog | AgentLog | FileLog;

/**
 * A place in a log, which Nomad keeps as a row of files: `alloc/logs/<task>.<stream>.<file>`. Stays true when files are
 * removed at the start. The log of an agent is no file: there the offset counts what came. Any other file has the number 0.
 */
export interface LogPosition {
  /** The number at the end of the file's name. */
  readonly file: number;
  /** In bytes from the start of the file. */
  readonly offset: number;
}

/**
 * A line, or a piece of one, as text that is safe to be shown: no line ends, no control characters but tabs, no escape
 * sequences. Bytes that are not UTF-8 were read as Latin-1; control characters stand as their pictures (`␀`).
 */
export interface LogLine {
  readonly kind: 'line';
  readonly source: LogSource;
  readonly text: string;
  /** When it arrived here, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Where it begins. */
  readonly position: LogPosition;
  /** Where what follows it begins: to go on after it, follow from here. */
  readonly next: LogPosition;
  /** Its end has not come yet: the rest comes, if ever, as a line that is `continued`. */
  readonly open?: true;
  /** The rest of an `open` line, without what that one said. */
  readonly continued?: true;
  /** So many bytes at its end are left out, since it is too long. They can be read by position. */
  readonly cutBytes?: number;
  /** It holds NULs, so it is no text. */
  readonly binary?: true;
}

export type LogNoteKind =
  /** The task has not started, or its log is not there yet. */
  | 'waiting'
  /** The task was started again; what follows is of its next run. */
  | 'restarted'
  /** The task is over for good, and its log was read to the end. */
  | 'ended'
  /** A new allocation joined. */
  | 'joined'
  /** The files were removed with the allocation. */
  | 'collected'
  /** A part of the log is not shown: removed before it was read, or written faster than it can be shown. */
  | 'gap'
  /** The file was made shorter by somebody; what follows is its new content. */
  | 'truncated'
  /** Nothing comes since the connection or the node is lost; it is tried again. */
  | 'lost'
  /** The connection is back. For a log of a task nothing is missing. */
  | 'resumed'
  /** The token may not read it. The log is followed no further. */
  | 'denied'
  /** Nomad refuses for another reason that will not pass. The log is followed no further. */
  | 'failed'
  /** More logs are to be followed than connections may be open; some wait. */
  | 'queued';

/** What we say ourselves between the lines, as a whole sentence without a full stop. */
export interface LogNote {
  readonly kind: LogNoteKind;
  /** Undefined where it is about all of them. */
  readonly source?: LogSource;
  readonly atMs: number;
  /** Fit to be shown on one line. */
  readonly text: string;
  /** Of a gap: how much is missing, where that is known. */
  readonly bytes?: number;
  /** What the token lacks, and in which namespace; a right to agents is in none. */
  readonly needs?: { readonly capability: string; readonly namespace?: string };
}

export type LogEntry = LogLine | LogNote;

/** True for a line; else it is a note. */
export function isLogLine(entry: LogEntry): entry is LogLine {
  return entry.kind === 'line';
}

/**
 * Takes what was read, in order, a batch at a time. Where it returns a promise nothing further is read of that log until it
 * is settled, and the sender is held up.
 */
export type TakeEntries = (entries: readonly LogEntry[]) => unknown;

/** Whose logs are followed: a job's, or less of it. */
export interface LogTarget {
  readonly job: JobKey;
  /** Undefined for the region that is shown. */
  readonly region?: string | undefined;
  readonly group?: string | undefined;
  /** A whole id. */
  readonly allocation?: string | undefined;
  readonly task?: string | undefined;
  /** A file in the directory of the allocation, in place of logs. */
  readonly file?: string | undefined;
  /** Both where undefined. */
  readonly streams?: readonly LogStream[] | undefined;
}

/** Where to begin in logs that are there already: at their start, or so many bytes before their end. */
export type LogStart = 'start' | { readonly tailBytes: number };

/** The least that is told of what an agent logs; each has those after it. */
export const agentLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;

export type AgentLevel = (typeof agentLevels)[number];

/** An agent whose log is followed. */
export interface AgentTarget {
  readonly agent: AgentLog['agent'];
  readonly level: AgentLevel;
  /** Undefined for the region that is shown. */
  readonly region?: string | undefined;
}

/** True for the log of an agent; else it is of tasks, or a file. */
export function isOfAgent(target: LogTarget | AgentTarget): target is AgentTarget {
  return 'agent' in target;
}

export interface FollowLogsOptions {
  /** The last 64 KiB where undefined. Allocations that join later are followed from their start. */
  readonly from?: LogStart | undefined;
  /** Where to go on, by the key of the log, as after a reload of the window. */
  readonly positions?: ReadonlyMap<string, LogPosition> | undefined;
  readonly take: TakeEntries;
  /** Told when logs joined or ended, or were chosen otherwise. */
  readonly onSources?: ((sources: readonly FollowedLog[]) => unknown) | undefined;
}

/** How following a log stands. */
export interface FollowedLog {
  readonly source: LogSource;
  /** `queued`: waits for a free connection; `left out`: not chosen; `ended`: nothing will come any more. */
  readonly state: 'following' | 'queued' | 'left out' | 'ended';
}

/** Negative, zero or positive as `a` is before, at or behind `b` of the same log. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.file - b.file || a.offset - b.offset;
}

/** Logs that are followed together: what `followLogs` in `followLogs.ts` returns. Disposing ends it, and every connection. */
export interface LogFollower {
  readonly sources: readonly FollowedLog[];
  /** Follows those that are accepted, from where each was left, and lets the others rest. */
  choose(accept: (source: LogSource) => boolean): void;
  /**
   * Resolves when nothing more can come: all logs of an allocation are read to their end, or may not be read. Never for a
   * job or a group, to which allocations may be added, before it is disposed.
   */
  readonly ended: Promise<void>;
  dispose(): void;
}
