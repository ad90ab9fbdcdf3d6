import type { Uses } from '../../commands/command.ts';

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
