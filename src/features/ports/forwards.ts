import * as vscode from 'vscode';
import { Lifetime } from '../../base/lifetime.ts';
import { label } from '../../base/plain.ts';
import type { PortForward } from '../../operations/ports/portForward.ts';
import { commands } from '../../platform/contributions.ts';
import { createStatusItem, setStatusText, type StatusItem } from '../../platform/window.ts';

/** A port that is forwarded, with what people are told of it. */
export interface OpenForward {
  readonly forward: PortForward;
  /** `port 8080 of web app[0] main on prod:4646` */
  readonly where: string;
  /** `through socat in task main`, or `directly to 10.0.0.5:21000` */
  readonly way: string;
  /** Ends with it. */
  readonly life: Lifetime;
}

/** The ports that are forwarded in this window, and their number in the status bar. */
export class Forwards implements vscode.Disposable {
  readonly #life = new Lifetime();
  readonly #open = new Set<OpenForward>();
  readonly #item: StatusItem;

  constructor() {
    this.#item = this.#life.own(createStatusItem('nomad.ports', 9));
    this.#item.name = 'Nomad port forwards';
    this.#item.command = commands.showForwards;
    this.#life.onEnd(() => {
      for (const one of this.#open) this.stop(one);
    });
  }

  get all(): readonly OpenForward[] {
    return [...this.#open];
  }

  add(one: OpenForward): void {
    one.life.own(one.forward);
    this.#open.add(one);
    this.#draw();
  }

  /** Resolves to false where it was stopped before. */
  stop(one: OpenForward): boolean {
    if (!this.#open.delete(one)) return false;
    one.life.dispose();
    this.#draw();
    return true;
  }

  #draw(): void {
    const count = this.#open.size;
    if (count === 0) {
      this.#item.hide();
      return;
    }
    setStatusText(this.#item, 'plug', label(count === 1 ? '1 port' : `${String(count)} ports`));
    const lines = this.all.map((one) => `${addressOf(one)} → ${one.where}, ${one.way}`);
    this.#item.tooltip = label(lines.join(' · '));
    this.#item.show();
  }

  dispose(): void {
    this.#life.dispose();
  }
}

let forwards: Forwards | undefined;

/** Those of this window, made with their first use. */
export function forwardsOf({ subscriptions }: vscode.ExtensionContext): Forwards {
  if (forwards === undefined) {
    forwards = new Forwards();
    subscriptions.push(forwards);
  }
  return forwards;
}

/** `127.0.0.1:8080` */
export function addressOf({ forward }: OpenForward): string {
  return `127.0.0.1:${String(forward.port)}`;
}

/** Opens it in a browser, through VS Code's own forwarding where the window works on another machine. */
export async function openInBrowser(one: OpenForward): Promise<void> {
  await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(`http://${addressOf(one)}/`)));
}
