import { jsonObjects } from './frames.ts';
import { NomadError, isNomadError } from './errors.ts';
import { readRequest, segment } from './query.ts';
import type { Transport } from './transport.ts';
import type { StreamFrame } from './types/file.ts';

export interface LogOptions {
  task: string;
  type: 'stdout' | 'stderr';
  /** Waits for more at the end of the log. */
  follow?: boolean | undefined;
  /** In bytes from `origin`. From the end, 0 means the whole of the last file, so ask for at least 1. */
  offset?: number | undefined;
  origin?: 'start' | 'end' | undefined;
  namespace?: string | undefined;
  region?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Frames carry at most 64 KiB of data. */
const maxFrameBytes = 4 * 1024 * 1024;
/** While following, an agent sends a heartbeat every second. */
const idleTimeoutMs = 30_000;

/** The data of `GET /v1/client/fs/logs/:id`; see `AllocationsApi.logs`. */
export async function* logChunks(
  transport: Transport,
  allocationId: string,
  options: LogOptions,
): AsyncGenerator<Uint8Array> {
  const { task, type, follow = false, offset, origin, signal } = options;
  const request = readRequest(
    `/v1/client/fs/logs/${segment('allocation id', allocationId)}`,
    { namespace: options.namespace, region: options.region, signal },
    // Framed, since a plain log that is followed sends no headers before its first byte.
    { task, type, follow, offset, origin, plain: false },
  );
  try {
    const { chunks } = await transport.stream({ ...request, ...(follow ? { idleTimeoutMs } : {}) });
    for await (const frame of jsonObjects(chunks, maxFrameBytes)) {
      const data = (frame as StreamFrame).Data;
      if (typeof data === 'string' && data !== '') yield Buffer.from(data, 'base64');
    }
  } catch (error) {
    if (signal?.aborted === true) return;
    if (follow && isNomadError(error, 'timeout')) {
      throw new NomadError('closed', 'The log stream fell silent.', { path: request.path });
    }
    throw error;
  }
}
