import type { ExecEnd, ExecOptions, ExecSession } from '../../../src/nomad/sessions/exec.ts';
import type { NomadClient } from '../../../src/nomad/client.ts';

const limitMs = 120_000;

/** A session whose output is collected. */
export class Session {
  readonly session: ExecSession;
  readonly #stdout: Uint8Array[] = [];
  readonly #stderr: Uint8Array[] = [];
  #changed: () => void = () => undefined;

  constructor(
    { client }: { readonly client: NomadClient },
    allocation: string,
    command: readonly string[],
    options: Partial<ExecOptions> = {},
  ) {
    this.session = client.allocations.exec(allocation, { task: 'main', command, tty: false, ...options });
    this.session.onOutput(({ stream, data }) => {
      (stream === 'stdout' ? this.#stdout : this.#stderr).push(data);
      this.#changed();
    });
    this.session.onEnd(() => {
      this.#changed();
    });
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString('utf8');
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString('utf8');
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  /** Resolves once the output contains the text. */
  async saw(text: string): Promise<void> {
    let ended: ExecEnd | undefined;
    void this.session.ended.then((end) => (ended = end));
    await this.#limited(
      new Promise<void>((resolve, reject) => {
        this.#changed = () => {
          if (this.stdout.includes(text)) {
            // To look at all of it again with each part would take longer than what comes next.
            this.#changed = () => undefined;
            resolve();
          } else if (ended !== undefined) reject(new Error(`The session ended before "${text}": ${this.stdout}`));
        };
        this.#changed();
        void this.session.ended.then(() => {
          this.#changed();
        });
      }),
      `"${text}" in the output`,
    );
  }

  ended(): Promise<ExecEnd> {
    return this.#limited(this.session.ended, 'the end of the session');
  }

  async #limited<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.session.dispose();
        reject(new Error(`Waited for ${what}. Output: ${this.stdout.slice(-500)}`));
      }, limitMs);
    });
    try {
      return await Promise.race([promise, limit]);
    } finally {
      clearTimeout(timer);
    }
  }
}
