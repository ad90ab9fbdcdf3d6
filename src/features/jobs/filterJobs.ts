import type { CommandEntry, Uses } from '../../commands/command.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'filter jobs', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'Filter jobs',
  icon: '$(filter)',
  menus: {
    'view/title': [{ when: "view =~ /^nomad\\./ && nomad.state == 'ready' && !nomad.filtered", group: 'navigation@1' }],
  },
};

/** Narrows the views while a person types; Esc brings back what was there before. */
export async function filterJobs({ ask, filter }: Uses<'ask' | 'filter'>): Promise<void> {
  const before = filter.text;
  const text = await ask.text({
    title: 'Filter jobs',
    prompt: 'Part of a name, namespace, type, group or node',
    value: before,
    // Asked for at every key.
    check: (typed) => {
      filter.setText(typed);
      return undefined;
    },
  });
  filter.setText(text ?? before);
}
