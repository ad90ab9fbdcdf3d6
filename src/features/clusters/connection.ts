import * as vscode from 'vscode';
import { isCancelled } from '../../base/cancel.ts';
import { parseAddress } from '../../nomad/http/connection.ts';
import { isNomadError } from '../../nomad/http/errors.ts';
import { commands } from '../../platform/contributions.ts';
import { commandAction } from '../../platform/report.ts';
import { writeSetting } from '../../platform/settings.ts';
import { withProgress, withQuietProgress } from '../../platform/signals.ts';
import type { Workbench } from '../../commands/workbench.ts';

/** Asks for the address of the cluster and connects to it. */
export async function connect(workbench: Workbench): Promise<void> {
  const now = workbench.connection();
  const from = { setting: 'from the settings', environment: 'from NOMAD_ADDR', default: "Nomad's default" }[
    now.addressFrom
  ];
  const address = await workbench.ask.text({
    title: 'Connect to a Nomad cluster',
    prompt: `Address with scheme and host. The present one is ${from}.`,
    value: withoutCredentials(now.address),
    placeholder: 'https://nomad.example.com:4646',
    check: addressProblem,
  });
  if (address === undefined) return;
  if (address.trim() !== withoutCredentials(now.address)) await writeSetting('nomad.address', address.trim());
  await reconnect(workbench);
}

/** Connects anew with the settings and token of the moment, and says how that went. */
export async function reconnect(workbench: Workbench): Promise<void> {
  try {
    const cluster = await workbench.current.reconnect();
    await withProgress(`Connecting to ${cluster.label}`, (signal) => cluster.ready(signal));
  } finally {
    // An address that can't be used is told by the views too, and no cluster would tell them.
    workbench.views.refresh();
  }
}

/** Gives up connecting; the views offer to connect again. */
export function cancelConnect(workbench: Workbench): void {
  workbench.current.disconnect();
}

/** Reads everything anew; where there is no connection, makes one. */
export async function refresh(workbench: Workbench): Promise<void> {
  const cluster = workbench.current.get();
  if (cluster === undefined || cluster.state.kind === 'failed') return reconnect(workbench);
  await withQuietProgress(`Reading ${cluster.label}`, (signal) => cluster.refresh(signal));
  workbench.views.refresh();
}

/** Asks for a token and keeps it in the secret storage, for the present address alone. */
export async function setToken(workbench: Workbench): Promise<void> {
  const { displayAddress } = parseAddress(workbench.connection().address);
  const token = await workbench.ask.text({
    title: `Token for ${displayAddress}`,
    prompt: 'The secret id of an ACL token, or a JWT. It is kept in the secret storage, for this address alone.',
    secret: true,
    check: (text) => (text.trim() === '' ? 'A token is needed. To use none, choose "Forget token".' : undefined),
  });
  if (token === undefined) return;
  await workbench.tokens.set(displayAddress, token.trim());
  try {
    await reconnect(workbench);
  } catch (error) {
    // The token is set all the same; what the cluster makes of it is told below, and by the views.
    if (!isNomadError(error, 'denied')) throw error;
  }
  await warnOfToken(workbench);
}

/** Removes the stored token of the present address. */
export async function forgetToken(workbench: Workbench): Promise<void> {
  const { displayAddress } = parseAddress(workbench.connection().address);
  await workbench.tokens.forget(displayAddress);
  const cluster = workbench.current.get();
  if (cluster !== undefined) await reconnect(workbench);
  void workbench.report.done(`No token is kept for ${displayAddress} any longer`);
}

/** Asks which namespace to show; also where the present one may not be listed, as that is a way out. */
export async function chooseNamespace(workbench: Workbench): Promise<void> {
  const cluster = await workbench.current.connect();
  const now = cluster.namespace;
  const choice = (name: string, description: string) => ({
    label: name,
    description: name === now ? [description, 'shown now'].filter(Boolean).join(' · ') : description,
    value: name,
  });
  const { value } = await withQuietProgress('Reading the namespaces', (signal) =>
    cluster.client.agent.namespaces({ signal }),
  );
  const all = choice('*', 'every namespace that the token may see');
  const named = value.map((namespace) => choice(namespace.Name, namespace.Description ?? ''));
  const namespace = await workbench.ask.pick(`Namespace of ${cluster.label}`, [all, ...named]);
  if (namespace === undefined || namespace === now) return;
  await writeSetting('nomad.namespace', namespace);
  // The change of the setting connects anew; nothing else is to be done here.
}

/** What the status bar's item leads to. */
export async function showMenu(workbench: Workbench): Promise<void> {
  const label = workbench.current.get()?.label ?? withoutCredentials(workbench.connection().address);
  const choices = [
    { label: 'Choose namespace', icon: 'symbol-namespace', value: commands.chooseNamespace },
    { label: 'Connect to another cluster', icon: 'plug', value: commands.connect },
    { label: 'Set token', icon: 'key', value: commands.setToken },
    { label: 'Forget token', icon: 'trash', value: commands.forgetToken },
    { label: 'Open the Web UI', icon: 'link-external', value: commands.openWebUi },
    { label: 'Refresh', icon: 'refresh', value: commands.refresh },
    { label: 'Show the log of this extension', icon: 'output', value: commands.showLog },
  ];
  const command = await workbench.ask.pick(`Nomad cluster ${label}`, choices);
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

/** A token that was typed wrong is told at once, not at the first request that is refused. */
async function warnOfToken(workbench: Workbench): Promise<void> {
  const cluster = workbench.current.get();
  // One that is held back says nothing of what the cluster makes of it.
  if (cluster === undefined || !workbench.tokens.offered) return;
  try {
    const { value } = await cluster.client.agent.tokenSelf();
    if (value.AccessorID === 'acls-disabled') {
      void workbench.report.done(`${cluster.label} does not use ACLs; it takes any token`);
    } else if (cluster.state.kind === 'failed') {
      void workbench.report.problem(
        `${cluster.label} knows the token, but it may not list jobs in ${cluster.namespace}`,
        [commandAction('Choose namespace', commands.chooseNamespace), commandAction('Set token', commands.setToken)],
      );
    }
  } catch (error) {
    if (isCancelled(error)) return;
    const cause = isNomadError(error) ? (error.body ?? error.message) : 'no answer';
    void workbench.report.problem(`${cluster.label} does not know the token: ${cause}`, [
      commandAction('Set token', commands.setToken),
    ]);
  }
}

function addressProblem(text: string): string | undefined {
  try {
    parseAddress(text);
    return undefined;
  } catch (error) {
    return isNomadError(error) ? error.message : 'The address is not usable.';
  }
}

/** Where the address can't be taken apart it is shown as it is, but for what stands before an @. */
function withoutCredentials(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1');
}
