import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: { showEvents: { title: 'Show events', icon: '$(history)' } },
  menus: {
    'view/item/context': [
      {
        command: 'nomad.showEvents',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/',
        group: 'inline@2',
      },
      {
        command: 'nomad.showEvents',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/',
        group: '2_job@0',
      },
    ],
  },
  views: {
    nomad: [{ id: 'nomad.allocations', name: 'Allocations', icon: 'media/nomad.svg', visibility: 'collapsed' }],
  },
  viewsWelcome: [
    { view: 'nomad.allocations', contents: 'No allocations.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.allocations'),
  ],
};
