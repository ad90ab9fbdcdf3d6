import type * as vscode from 'vscode';

/**
 * ACL tokens in VS Code's secret storage, each bound to the address that it was given for: a token is never offered to
 * another address.
 */
export class Tokens {
  readonly #secrets: vscode.SecretStorage;
  #offered: boolean | 'withheld' = false;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** @param address the cluster's address without credentials */
  async get(address: string): Promise<string | undefined> {
    return this.#secrets.get(key(address));
  }

  /** The token to send to `address`: the stored one, else `fallback`. */
  async offer(address: string, fallback: string | undefined): Promise<string | undefined> {
    const token = (await this.get(address)) ?? fallback;
    this.#offered = token !== undefined;
    return token;
  }

  /** Sends none, whatever is kept. */
  async withhold(address: string, fallback: string | undefined): Promise<undefined> {
    this.#offered = (await this.offer(address, fallback)) !== undefined && 'withheld';
    return undefined;
  }

  /**
   * Whether the last request had a token to send, or one that was withheld. Somebody who is denied without a token
   * needs another hint than somebody with one.
   */
  get offered(): boolean | 'withheld' {
    return this.#offered;
  }

  async set(address: string, token: string): Promise<void> {
    await this.#secrets.store(key(address), token);
  }

  async forget(address: string): Promise<void> {
    await this.#secrets.delete(key(address));
  }
}

const prefix = 'nomad.token:';

function key(address: string): string {
  return `${prefix}${address.replace(/\/+$/, '')}`;
}
