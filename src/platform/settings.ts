import * as vscode from 'vscode';
import { UserError } from '../base/userError.ts';
import { settingNames, type Settings } from './contributions.ts';
import type { SettingsReader } from './connectionSettings.ts';
import { proxySettingNames, type ProxySettings } from './proxySettings.ts';

/** Reads what is set; a default of the manifest counts as unset, and so does what is of another type. */
export const readSetting: SettingsReader = <K extends keyof Settings>(name: K): Settings[K] | undefined => {
  const { workspace, person } = valuesOf(name);
  return (workspace ?? person) as Settings[K] | undefined;
};

/** What the workspace has set otherwise than the person; undefined where it has not. */
export function setByWorkspace(name: keyof Settings): unknown {
  const { workspace, person } = valuesOf(name);
  return JSON.stringify(unlessBlank(workspace)) === JSON.stringify(unlessBlank(person)) ? undefined : workspace;
}

interface Values {
  readonly workspace: unknown;
  readonly person: unknown;
}

/** What a workspace that isn't trusted sets is held back by VS Code itself, since the manifest says so of each name. */
function valuesOf(name: keyof Settings): Values {
  const found = vscode.workspace.getConfiguration().inspect<unknown>(name);
  const ofType = (value: unknown) => (isOfType(name, value) ? value : undefined);
  const workspace = ofType(found?.workspaceFolderValue) ?? ofType(found?.workspaceValue);
  return { workspace, person: ofType(found?.globalValue) };
}

function isOfType(name: keyof Settings, value: unknown): boolean {
  if (name === 'nomad.tls.skipVerify' || name === 'nomad.liveWhileHidden') return typeof value === 'boolean';
  if (name !== 'nomad.exec.shells') return typeof value === 'string';
  return Array.isArray(value) && value.every((shell) => typeof shell === 'string');
}

/** A blank text is as good as none. */
function unlessBlank(value: unknown): unknown {
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
}

/** Reads a setting with the manifest's default. */
export function settingOrDefault<K extends keyof Settings>(name: K, fallback: Settings[K]): Settings[K] {
  return readSetting(name) ?? fallback;
}

/** The editor's settings for proxies. Those of a workspace don't count: the editor takes none of them from there. */
export function readProxySettings(): ProxySettings {
  const configuration = vscode.workspace.getConfiguration('http');
  return {
    proxy: configuration.get<string>('proxy') ?? '',
    noProxy: configuration.get<string[]>('noProxy') ?? [],
    support: configuration.get<string>('proxySupport') ?? 'override',
    strictSsl: configuration.get<boolean>('proxyStrictSSL') ?? true,
    authorization: configuration.get<string | null>('proxyAuthorization') ?? undefined,
  };
}

/** Stores a setting where it is set already, for the user otherwise. */
export async function writeSetting<K extends keyof Settings>(name: K, value: Settings[K] | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const inWorkspace = configuration.inspect(name)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  try {
    await configuration.update(name, value, target);
  } catch (error) {
    // As of a file of settings with errors, or one that may not be written: VS Code says which.
    throw new UserError(
      `the setting ${name} can't be written: ${error instanceof Error ? error.message : 'no reason is told'}`,
    );
  }
}

/** Settings that have nothing to do with a connection. */
const ofNoConnection: readonly string[] = ['nomad.exec.shells', 'nomad.liveWhileHidden'];

/** Calls `listener` when a setting that decides the connection has changed. */
export function onDidChangeConnectionSettings(listener: () => void): vscode.Disposable {
  const names = [...settingNames.filter((name) => !ofNoConnection.includes(name)), ...proxySettingNames];
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(name))) listener();
  });
}
