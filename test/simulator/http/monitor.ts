import { type LogLevel, type LogLine, formatLine, logLevels } from '../cluster/agentLog.ts';
import { Refusal } from '../cluster/refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { LogFrames } from './logFrames.ts';
import type { Route } from './route.ts';

/** `/v1/agent/monitor` */
export const monitorRoutes: readonly Route[] = [
  {
    path: /^\/v1\/agent\/monitor$/,
    handle: monitor,
  },
];

function levelOf(exchange: Exchange): LogLevel {
  const raw = exchange.query.get('log_level') ?? '';
  const level = raw === '' ? 'info' : logLevels.find((item) => item === raw.trim().toLowerCase());
  if (level === undefined) throw new Refusal(400, `Unknown log level: ${raw}`);
  return level;
}

function flagOf(exchange: Exchange, name: string, label: string): boolean {
  try {
    return exchange.flag(name);
  } catch {
    const raw = JSON.stringify(exchange.query.get(name));
    throw new Refusal(400, `Unknown option for ${label}: strconv.ParseBool: parsing ${raw}: invalid syntax`);
  }
}

/** Why there is no log of that node or server. */
function refusalOf(exchange: Exchange, node: string, server: string): Answer | undefined {
  const contentType = exchange.isOld ? { contentType: 'application/json' } : {};
  if (node !== '' && !exchange.store.nodes.has(node)) {
    return { status: 500, text: `RPC Error:: 404,Unknown node "${node}"`, ...contentType };
  }
  if (server !== '' && !['leader', 'server-1', exchange.server.identity.name].includes(server)) {
    return { status: 400, text: `unknown Nomad server ${server}`, ...contentType };
  }
  return undefined;
}

async function monitor(exchange: Exchange): Promise<Answer | undefined> {
  const { query, response } = exchange;
  const level = levelOf(exchange);
  const asJson = flagOf(exchange, 'log_json', 'log json');
  const isPlain = flagOf(exchange, 'plain', 'plain');
  if (!exchange.isOld) flagOf(exchange, 'log_include_location', 'log_include_location');
  const [node, server] = [query.get('node_id') ?? '', query.get('server_id') ?? ''];
  if (node !== '' && server !== '') throw new Refusal(400, 'Cannot target node and server simultaneously');
  const type = isPlain ? 'text/plain' : 'application/json';
  if (!exchange.acl.allowsOn(exchange.token, 'agent', 'read')) {
    throw new Refusal(403, 'Permission denied', exchange.isOld ? type : undefined);
  }
  const refusal = refusalOf(exchange, node, server);
  if (refusal !== undefined) return refusal;
  response.writeHead(200, { 'Content-Type': type });
  response.flushHeaders();
  const form = (line: LogLine) => {
    const isWanted = logLevels.indexOf(line.level) >= logLevels.indexOf(level);
    return isWanted ? formatLine(line, asJson) : undefined;
  };
  await follow(exchange, form, isPlain);
  response.end();
  return undefined;
}

/** Writes frames until the reader goes: plain ones are nothing but their data, and have no signs of life among them. */
function follow(exchange: Exchange, form: (line: LogLine) => string | undefined, isPlain: boolean): Promise<void> {
  const { response, signal, store, cluster } = exchange;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const send = (data: Buffer, offset: number) => {
      const frame = { Data: data.toString('base64'), FileEvent: 'log', ...(offset === 0 ? {} : { Offset: offset }) };
      response.write(isPlain ? data : JSON.stringify(frame));
    };
    const frames = new LogFrames(store.clock, send, () => {
      if (!isPlain) response.write('{}');
    });
    const subscription = cluster.agentLog.onLine((line) => {
      const text = form(line);
      if (text !== undefined) frames.add(text);
    });
    signal.addEventListener(
      'abort',
      () => {
        frames.dispose();
        subscription.dispose();
        resolve();
      },
      { once: true },
    );
  });
}
