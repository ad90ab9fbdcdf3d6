import type { CommandEntry, Uses } from '../../commands/command.ts';
import { readNamespaces } from '../../operations/clusters.ts';
import { writeSetting } from '../../platform/settings.ts';
import { withQuietProgress } from '../../platform/signals.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'choose a namespace', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Choose namespace',
  menus: { 'view/title': [{ when: 'view =~ /^nomad\\./', group: '1_cluster@2' }] },
};

/** Asks which namespace to show; also where the present one may not be listed, as that is a way out. */
export async function chooseNamespace({ ask, current }: Uses<'ask' | 'current'>): Promise<void> {
  const cluster = await current.connect();
  const now = cluster.namespace;
  const choice = (name: string, description: string) => ({
    label: name,
    description: name === now ? [description, 'shown now'].filter(Boolean).join(' · ') : description,
    value: name,
  });
  const namespaces = await withQuietProgress('Reading the namespaces', (signal) =>
    readNamespaces(cluster.client, signal),
  );
  const all = choice('*', 'every namespace that the token may see');
  const named = namespaces.map(({ name, description }) => choice(name, description));
  const namespace = await ask.pick(`Namespace of ${cluster.label}`, [all, ...named]);
  if (namespace === undefined || namespace === now) return;
  await writeSetting('nomad.namespace', namespace);
  await current.reconnectIfChanged();
}
