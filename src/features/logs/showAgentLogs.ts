import * as vscode from 'vscode';
import type { CommandEntry, Uses } from '../../commands/command.ts';
import { logUri } from '../../editor/logs/logUri.ts';
import { readAgents, type Agent } from '../../operations/logs/agents.ts';
import type { AgentLevel } from '../../operations/logs/types.ts';
import type { Choice } from '../../platform/ask.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { withQuietProgress } from '../../platform/signals.ts';

export const entry = {
  doing: 'show the log of an agent',
  effect: 'read',
  needs: 'cluster',
  about: 'agent',
} as const satisfies CommandEntry;

export const manifest: CommandManifest = { title: 'Show agent logs…' };

/** The usual one first; each tells what the ones after it in Nomad's order do, too. */
const levels: readonly Choice<AgentLevel>[] = [
  { label: 'info', description: 'what an agent logs by itself', value: 'info' },
  { label: 'warn', value: 'warn' },
  { label: 'error', value: 'error' },
  { label: 'debug', description: 'with each request', value: 'debug' },
  { label: 'trace', description: 'all there is', value: 'trace' },
];

/** Follows what a server or a client of the cluster logs from now on, as a document that grows. */
export async function showAgentLogs(given: Uses<'cluster' | 'ask' | 'logs'>): Promise<void> {
  const { cluster, ask, logs } = given;
  const { client, region, label } = cluster;
  const agents = await withQuietProgress('Reading the agents', (signal) => readAgents(client, { region }, signal));
  const choices = agents.map((agent) => choiceOf(agent, label));
  const agent =
    choices.length === 1
      ? agents[0]
      : await ask.pick(`Show the log of an agent on ${label}`, choices, 'A server or a client');
  const level = agent && (await ask.pick(`What ${nameOf(agent, label)} logs, of this level and above`, levels));
  if (agent === undefined || level === undefined) return;
  const of = { cluster: cluster.id, target: { ...agent.target, level }, name: nameOf(agent, label) };
  const uri = (await logs.open()).addressOf(logUri(of));
  await vscode.window.showTextDocument(uri, { preview: true });
}

function choiceOf(agent: Agent, label: string): Choice<Agent> {
  const { kind, status = '', id, target } = agent;
  const words = kind === 'connected' ? ['the agent that answers'] : [kind, status];
  const region = target.region === undefined ? [] : [`region ${target.region}`];
  return {
    label: nameOf(agent, label),
    description: [...words, ...region].filter((word) => word !== '').join(' · '),
    ...(id === undefined ? {} : { detail: id.slice(0, 8) }),
    value: agent,
  };
}

/** The one that answers has the name of its address, as nobody may know which it is. */
function nameOf({ name }: Agent, label: string): string {
  return name === '' ? label : name;
}
