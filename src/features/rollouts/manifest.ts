import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: { showRollout: { title: 'Show rollout', icon: '$(pulse)' } },
  menus: {
    'view/item/context': [
      {
        command: 'nomad.showRollout',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bactive\\b/',
        group: '1_deployment@4',
      },
    ],
  },
};
