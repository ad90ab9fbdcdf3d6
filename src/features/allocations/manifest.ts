import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  views: {
    nomad: [{ id: 'nomad.allocations', name: 'Allocations', icon: 'media/nomad.svg', visibility: 'collapsed' }],
  },
  viewsWelcome: [
    { view: 'nomad.allocations', contents: 'No allocations.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.allocations'),
  ],
};
