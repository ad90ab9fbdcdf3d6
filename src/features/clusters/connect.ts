import type { CommandEntry, Uses } from '../../commands/command.ts';
import { writeSetting } from '../../platform/settings.ts';
import type { CommandManifest } from '../../platform/manifest.ts';
import { addressProblem } from './address.ts';
import { withoutCredentials } from '../../nomad/http/connection.ts';
import { followSettings, reconnect } from './reconnect.ts';

export const entry = { doing: 'connect', joint: 'to', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Connect to a cluster',
  icon: '$(plug)',
  menus: { 'view/title': [{ when: 'view =~ /^nomad\\./', group: '1_cluster@1' }] },
};

/** Asks for the address of the cluster and connects to it. */
export async function connect(given: Uses<'ask' | 'connection' | 'current' | 'views'>): Promise<void> {
  const now = given.connection();
  const from = { setting: 'from the settings', environment: 'from NOMAD_ADDR', default: "Nomad's default" }[
    now.addressFrom
  ];
  const address = await given.ask.text({
    title: 'Connect to a Nomad cluster',
    prompt: `Address with scheme and host. The present one is ${from}.`,
    value: withoutCredentials(now.address),
    placeholder: 'https://nomad.example.com:4646',
    check: addressProblem,
  });
  if (address === undefined) return;
  if (address.trim() === withoutCredentials(now.address)) return reconnect(given);
  await writeSetting('nomad.address', address.trim());
  await followSettings(given);
}
