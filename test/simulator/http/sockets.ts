import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Cluster } from '../cluster/cluster.ts';
import { readCommand } from '../runtime/exec-frames.ts';
import { type ExecContext, type ExecError, handleExec } from '../runtime/exec.ts';
import { isClientTerminal } from '../state/records.ts';
import type { Acl } from './acl.ts';
import { secretOf } from './exchange.ts';
import type { Faults } from './faults.ts';

const internalError = 1011;
const policyViolation = 1008;

interface Target {
  readonly allocationId: string;
  readonly task: string;
  readonly command: string;
}

/** The two WebSocket endpoints: exec, and a job's actions. */
export class Sockets {
  readonly #cluster: Cluster;
  readonly #acl: Acl;
  readonly #faults: Faults;
  readonly #server = new WebSocketServer({ noServer: true });

  constructor(cluster: Cluster, acl: Acl, faults: Faults) {
    this.#cluster = cluster;
    this.#acl = acl;
    this.#faults = faults;
  }

  /** Takes an upgrade over; answers with plain HTTP where there is nothing to upgrade to. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    socketsOf: (region: string) => Sockets | undefined,
  ): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    const exec = /^\/v1\/client\/allocation\/([^/]*)\/exec$/.exec(path);
    const action = /^\/v1\/job\/(.+)\/action$/.exec(path);
    const isOld = this.#cluster.options.nomad === '1.6';
    const fault = this.#faults.take('GET', path);
    if (fault?.drop === true) socket.destroy();
    else if (fault?.status !== undefined) refuse(socket, fault.status, fault.text ?? '');
    else if (isForeign(request)) refuse(socket, 403, foreignText);
    else if (exec === null && action !== null && isOld) refuse(socket, 404, 'job not found');
    else if (exec === null && action === null) refuse(socket, 404, '');
    else {
      const refusal = isOld ? oldRefusal(url.searchParams) : undefined;
      if (refusal !== undefined) refuse(socket, 500, refusal);
      else {
        this.#server.handleUpgrade(request, socket, head, (open) => {
          const region = url.searchParams.get('region') ?? '';
          const sockets = region === '' ? this : socketsOf(region);
          if (sockets === undefined) open.close(internalError, 'No path to region');
          else sockets.#open(open, request, url, exec?.[1] ?? { jobId: action?.[1] ?? '' }, fault?.dropExecAfter);
        });
      }
    }
  }

  close(): void {
    for (const open of this.#server.clients) open.terminate();
    this.#server.close();
  }

  #open(
    open: WebSocket,
    request: IncomingMessage,
    url: URL,
    what: string | { readonly jobId: string },
    dropAfter: number | undefined,
  ): void {
    const target = typeof what === 'string' ? toTarget(what, url) : this.#action(url.searchParams, what.jobId);
    this.#serve(open, request, url.searchParams, target, dropAfter);
  }

  #serve(
    open: WebSocket,
    request: IncomingMessage,
    query: URLSearchParams,
    target: Target | ExecError,
    dropAfter: number | undefined,
  ): void {
    if ('reason' in target) {
      open.close(target.code, target.reason);
      return;
    }
    let frames = 0;
    const drop = () => dropAfter !== undefined && frames++ >= dropAfter;
    const isOld = this.#cluster.options.nomad === '1.6';
    const handshake = query.get('ws_handshake') ?? '';
    const parameters = {
      allocId: target.allocationId,
      task: target.task,
      command: target.command,
      tty: query.get('tty') ?? '',
      handshake,
      // Older agents forget the header's token when a handshake brings one.
      headerToken: isOld && /^(1|t|true)$/i.test(handshake) ? '' : secretOf(request),
    };
    handleExec(this.#cluster.runtime, open, parameters, this.#context(target), drop);
  }

  #context(target: Target): ExecContext {
    return {
      lookup: (token) => {
        const error = this.#refusal(token, target);
        return error === undefined ? {} : { error };
      },
    };
  }

  /** Why the session can't be, in the order in which Nomad looks. */
  #refusal(token: string, { allocationId: id, task }: Target): ExecError | undefined {
    const quoted = JSON.stringify(task);
    if (id.length !== 36) {
      return { code: internalError, reason: 'alloc lookup failed: index error: UUID must be 36 characters' };
    }
    if (this.#acl.enabled && token !== '' && this.#acl.token(token) === undefined) {
      const isOld = this.#cluster.options.nomad === '1.6';
      return { code: isOld ? internalError : policyViolation, reason: `rpc error: ${tokenError(token, isOld)}` };
    }
    const allocation = this.#cluster.store.allocations.get(id);
    if (allocation === undefined) return { code: policyViolation, reason: `Unknown allocation "${id}"` };
    if (!this.#acl.allows(token, 'alloc-exec', allocation.Namespace)) {
      return { code: internalError, reason: 'Permission denied' };
    }
    // The client of an allocation that is over looks for its tasks for as long as it remembers it.
    if (isClientTerminal(allocation) && this.#cluster.client.runner(id) === undefined) {
      const reason = `exec not possible, client status of allocation ${id} is ${allocation.ClientStatus}`;
      return { code: policyViolation, reason };
    }
    const states = allocation.TaskStates;
    if (states !== null && states[task] === undefined) return { code: internalError, reason: 'task not found' };
    const state = this.#cluster.client.task(id, task)?.state ?? states?.[task];
    if (!state?.StartedAt) return { code: policyViolation, reason: `task ${quoted} not started yet.` };
    if (state.State !== 'running') return { code: policyViolation, reason: `task ${quoted} is not running.` };
    return undefined;
  }

  /** What an action of a job stands for. */
  #action(query: URLSearchParams, jobId: string): Target | ExecError {
    const [name, task, id] = [query.get('action') ?? '', query.get('task') ?? '', query.get('allocID') ?? ''];
    const { store } = this.#cluster;
    const refuseWith = (reason: string): ExecError => ({ code: policyViolation, reason });
    if (id === '') return refuseWith('missing AllocID');
    const allocation = store.allocations.get(id);
    if (allocation === undefined) return refuseWith(`Unknown allocation "${id}"`);
    if (allocation.JobID !== jobId) return refuseWith(`job ${jobId} does not have allocation ${id}`);
    const group = allocation.Job.TaskGroups?.find(({ Name }) => Name === allocation.TaskGroup);
    if (task === '') return refuseWith('must provide task name');
    if (name === '') return refuseWith('command is not present');
    const found = group?.Tasks?.find(({ Name }) => Name === task);
    if (found === undefined) return refuseWith(`task ${task} not found in allocation ${allocation.ID}`);
    const actions = (found.Actions ?? []) as { Name: string; Command: string; Args?: string[] | null }[];
    const action = actions.find(({ Name }) => Name === name);
    if (action === undefined) return refuseWith(`action ${name} not found in task ${task}`);
    return { allocationId: allocation.ID, task, command: JSON.stringify([action.Command, ...(action.Args ?? [])]) };
  }
}

/** What is no secret id is taken for a signed token, of three parts. */
function tokenError(token: string, isOld: boolean): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token)) return 'Permission denied';
  return isOld
    ? 'failed to verify token: token is malformed: token contains an invalid number of segments'
    : 'failed to parse signed token: go-jose/go-jose: compact JWS format must have three parts';
}

function toTarget(allocationId: string, url: URL): Target {
  return {
    allocationId,
    task: url.searchParams.get('task') ?? '',
    command: url.searchParams.get('command') ?? '',
  };
}

/** Agents of 1.6 look at these before they upgrade. */
function oldRefusal(query: URLSearchParams): string | undefined {
  const tty = query.get('tty') ?? '';
  if (!['', 'true', 'false', '1', '0', 't', 'f', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False'].includes(tty)) {
    return `tty value is not a boolean: strconv.ParseBool: parsing ${JSON.stringify(tty)}: invalid syntax`;
  }
  return readCommand(query.get('command') ?? '').error;
}

const foreignText =
  'Forbidden\nfailed to upgrade connection: websocket: request origin not allowed by Upgrader.CheckOrigin';

/** A browser's page from elsewhere. */
function isForeign(request: IncomingMessage): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== request.headers.host;
  } catch {
    return true;
  }
}

function refuse(socket: Duplex, status: number, text: string): void {
  const type = text === '' ? '' : 'Content-Type: text/plain; charset=utf-8\r\n';
  const length = String(Buffer.byteLength(text));
  socket.end(
    `HTTP/1.1 ${String(status)} Refused\r\n${type}Content-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}
