import type { FilePart, LogOptions } from '../../../../src/nomad/resources/logs.ts';
import type { TaskLog } from '../../../../src/operations/logs/types.ts';
import type { PlacedClient } from '../../../../src/state/tables/placedClient.ts';
import { jobKey } from '../../../../src/state/tables/keys.ts';

export const taskLog: TaskLog = {
  kind: 'task',
  key: 'a1/main/stdout',
  allocation: 'a1',
  place: { namespace: 'default', region: undefined },
  job: jobKey('default', 'web'),
  group: 'app',
  name: 'app[0]',
  task: 'main',
  stream: 'stdout',
};

const readBytes = 64 * 1024;

/** Files of a log, read as a Nomad client does (client/fs_endpoint.go): which file an offset means, and what frames say. */
export class ModelLog {
  readonly files = new Map<number, Buffer>();
  /** Every connection, as it was asked for. */
  readonly asked: { origin: string | undefined; offset: number | undefined }[] = [];
  /** Called before each connection. */
  onConnect: () => void = () => undefined;
  /** Breaks a connection after so many bytes. */
  breakAfter = Infinity;

  get client(): PlacedClient {
    const logParts = (_: string, options: LogOptions) => this.#parts(options);
    const ls = () => Promise.reject(new Error('Nothing is listed.'));
    return { allocations: { logParts }, files: { ls } } as unknown as PlacedClient;
  }

  /** All bytes from a position on. */
  from(file: number, offset: number): Buffer {
    const later = this.#numbers().filter((number) => number > file);
    return Buffer.concat([
      this.files.get(file)?.subarray(offset) ?? Buffer.alloc(0),
      ...later.map((number) => this.files.get(number) ?? Buffer.alloc(0)),
    ]);
  }

  async *#parts({ origin = 'start', offset = 0, follow = false }: LogOptions): AsyncGenerator<FilePart> {
    await Promise.resolve();
    this.onConnect();
    this.asked.push({ origin, offset });
    const numbers = this.#numbers();
    let { at, place } = this.#closest(numbers, origin, offset);
    let sent = 0;
    for (; at < numbers.length; at += 1, place = 0) {
      const bytes = this.files.get(numbers[at] ?? 0) ?? Buffer.alloc(0);
      const file = `alloc/logs/main.stdout.${String(numbers[at])}`;
      for (; place < bytes.length; place += readBytes) {
        const data = bytes.subarray(place, Math.min(bytes.length, place + readBytes));
        if (sent + data.length > this.breakAfter) {
          const rest = data.subarray(0, this.breakAfter - sent);
          if (rest.length > 0) yield { data: rest, file, offset: place + data.length };
          throw new Error('broken');
        }
        sent += data.length;
        yield { data, file, offset: place + data.length };
      }
    }
    if (follow) for (;;) yield { data: new Uint8Array(0) };
  }

  #closest(numbers: readonly number[], origin: string, offset: number): { at: number; place: number } {
    const size = (at: number) => this.files.get(numbers[at] ?? 0)?.length ?? 0;
    const last = numbers.length - 1;
    if (origin === 'start') {
      let place = offset;
      let at = 0;
      while (place > size(at) && at < last) {
        place -= size(at);
        at += 1;
      }
      return { at, place: Math.min(place, size(at)) };
    }
    let at = last;
    let back = size(at) - offset;
    while (back < 0 && at > 0) {
      at -= 1;
      back += size(at);
    }
    return { at, place: Math.max(0, back) };
  }

  #numbers(): number[] {
    return [...this.files.keys()].sort((a, b) => a - b);
  }
}
