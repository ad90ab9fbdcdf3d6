import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer } from './exchange.ts';

/** Fields that an agent of 1.6 does not know. */
const newFields = new Set([
  ...['VersionTag', 'UI', 'Actions', 'Schedule', 'Secrets', 'Disconnect', 'Paused', 'SecretsMB', 'PlanAnnotations'],
  ...['Reconnect', 'RescheduleNow', 'RescheduleLater', 'VaultConfiguration', 'ConsulConfiguration'],
  ...['RequiredExtraClaims', 'OptionalExtraClaims', 'MaxRunDuration', 'PreventRescheduleOnLost', 'Identities'],
]);

/** JSON as the simulated version writes it. */
export function encode(value: unknown, isOld: boolean, pretty = false): string {
  return JSON.stringify(value, isOld ? olderField : undefined, pretty ? 4 : undefined);
}

/** What an agent of 1.6 writes for a field; undefined for one that it doesn't know. */
function olderField(this: unknown, key: string, item: unknown): unknown {
  if (newFields.has(key)) return undefined;
  if ((key === 'CreateTime' || key === 'ModifyTime') && has(this, 'IsMultiregion')) return undefined;
  if (key === 'NodePool' && has(this, 'NodesEvaluated')) return undefined;
  if (key === 'Consul' && has(this, 'Driver')) return undefined;
  if (has(item, 'ConsulNamespace') && has(item, 'JobModifyIndex')) return { ...item, ConsulToken: '', VaultToken: '' };
  if (has(item, 'Restarts') && has(item, 'FinishedAt')) return { ...item, TaskHandle: null };
  return item;
}

function has(holder: unknown, field: string): holder is object {
  return typeof holder === 'object' && holder !== null && field in holder;
}

const minGzipBytes = 1400;

export interface Style {
  readonly isOld: boolean;
  readonly pretty: boolean;
}

/** Writes an answer, compressed when the client takes that. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, style: Style): void {
  const status = answer.status ?? 200;
  const isText = answer.text !== undefined;
  const text = answer.text ?? encode(answer.body, style.isOld, style.pretty);
  response.setHeader('Vary', 'Accept-Encoding');
  if (text !== '') {
    const fallback = isText ? 'text/plain; charset=utf-8' : 'application/json';
    response.setHeader('Content-Type', answer.contentType ?? fallback);
  }
  for (const [name, value] of Object.entries(metaHeaders(answer))) response.setHeader(name, value);
  let bytes: Buffer = Buffer.from(text, 'utf8');
  if (bytes.byteLength >= minGzipBytes && acceptsGzip(request)) {
    bytes = gzipSync(bytes, { level: 1 });
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', bytes.byteLength);
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function metaHeaders(answer: Answer): Record<string, string> {
  const headers: Record<string, string> = { ...answer.headers };
  if (answer.index !== undefined) {
    headers['X-Nomad-Index'] = String(answer.index);
    if (answer.write !== true) {
      headers['X-Nomad-KnownLeader'] = 'true';
      headers['X-Nomad-LastContact'] = '0';
    }
  }
  if (answer.nextToken !== undefined) headers['X-Nomad-NextToken'] = answer.nextToken;
  return headers;
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
}
