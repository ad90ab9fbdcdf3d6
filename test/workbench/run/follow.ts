import { closeSync, openSync, readSync } from 'node:fs';

const pollMs = 100;

/** Copies what is appended to a file to a stream until it is stopped. */
export function followFile(path: string, to: NodeJS.WritableStream): { stop(): void } {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(65_536);
  const copy = (): void => {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      to.write(Buffer.from(chunk.subarray(0, length)));
    }
  };
  const timer = setInterval(copy, pollMs);
  let stopped = false;
  return {
    stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      copy();
      closeSync(file);
    },
  };
}
