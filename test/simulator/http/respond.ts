import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer } from './exchange.ts';
import { newerFields } from '../job/shapes.ts';
import { acceptsGzip } from './packing.ts';

/** Fields that an agent of 1.6 does not know: those of jobs, which other objects have too, and those of the rest. */
const newFields = new Set([
  ...['Job', 'TaskGroup', 'Resources'].flatMap((struct) => newerFields(struct, '1.6')),
  ...['Paused', 'PlanAnnotations', 'MigrateDisablePlacement', 'AddressIPv6'],
  ...['Reconnect', 'RescheduleNow', 'RescheduleLater', 'VaultConfiguration', 'ConsulConfiguration'],
  ...['RequiredExtraClaims', 'OptionalExtraClaims'],
  ...['GCVolumesOnNodeGC', 'IdentitySigningKeyID', 'NodeMaxAllocs', 'NodeIdentityTTL', 'Processors', 'PrecisionGauges'],
]);

/** JSON as the simulated version writes it. */
export function encode(value: unknown, isOld: boolean, pretty = false): string {
  const text = JSON.stringify(value, isOld ? olderField : undefined, pretty ? 4 : undefined);
  return isOld ? text.replace(negative, unsigned) : text;
}

/** Counts of plans that Nomad writes without a sign, whatever they came to. */
const negative = /"(Place|create)":( ?)-(\d+)/g;

function unsigned(_: string, name: string, space: string, count: string): string {
  return `"${name}":${space}${String(2n ** 64n - BigInt(count))}`;
}

/** What an agent of 1.6 writes for a field; undefined for one that it doesn't know. */
function olderField(this: unknown, key: string, item: unknown): unknown {
  // The agent's own configuration has had a field of that name for long.
  if (newFields.has(key)) return key === 'UI' && has(this, 'Telemetry') ? item : undefined;
  if (key === 'TriggeredBy' && item === 'alloc-reschedule') return 'alloc-failure';
  if ((key === 'CreateTime' || key === 'ModifyTime') && has(this, 'IsMultiregion')) return undefined;
  if (key === 'HostVolumes') return null;
  if (key === 'NodePool' && has(this, 'NodesEvaluated')) return undefined;
  if (key === 'Networks' && has(this, 'MinDynamicPort'))
    return (item as object[]).map((one) => ({ ...bareNetwork, ...one }));
  if (has(item, 'NodeResources') && has(item, 'DrainStrategy')) return { ...item, Resources: null, Reserved: nothing };
  if (has(item, 'Restarts') && has(item, 'FinishedAt')) return { ...item, TaskHandle: null };
  return item;
}

const nothing = { CPU: 0, Cores: 0, Devices: null, DiskMB: 0, IOPS: 0, MemoryMB: 0, MemoryMaxMB: 0, Networks: null };
const bareNetwork = { CIDR: '', DNS: null, Device: '', DynamicPorts: null, IP: '', MBits: 0, ReservedPorts: null };

function has(holder: unknown, field: string): holder is object {
  return typeof holder === 'object' && holder !== null && field in holder;
}

export interface Style {
  readonly isOld: boolean;
  readonly pretty: boolean;
}

/** Writes an answer, compressed when the client takes that; an older agent then loses the content type of refusals. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, style: Style): void {
  const status = answer.status ?? 200;
  const isText = answer.text !== undefined;
  const text = answer.text ?? encode(answer.body, style.isOld, style.pretty);
  const zipped = acceptsGzip(request);
  if (!response.hasHeader('Vary')) response.setHeader('Vary', 'Accept-Encoding');
  const fallback = isText ? 'text/plain; charset=utf-8' : 'application/json';
  const contentType = answer.contentType ?? (text === '' ? undefined : fallback);
  const isLost = style.isOld && zipped && status >= 400 && isText && answer.contentType === undefined;
  if (contentType !== undefined && contentType !== '' && !isLost) response.setHeader('Content-Type', contentType);
  for (const [name, value] of Object.entries(metaHeaders(answer))) response.setHeader(name, value);
  let bytes: Buffer = Buffer.from(text, 'utf8');
  if (zipped) {
    if (text !== '') bytes = gzipSync(bytes, { level: 1 });
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
      headers['X-Nomad-KnownLeader'] ??= 'true';
      headers['X-Nomad-LastContact'] ??= '0';
    }
  }
  if (answer.nextToken !== undefined) headers['X-Nomad-NextToken'] = answer.nextToken;
  return headers;
}
