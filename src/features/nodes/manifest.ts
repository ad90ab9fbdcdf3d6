import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  views: { nomad: [{ id: 'nomad.nodes', name: 'Nodes', icon: 'media/nomad.svg', visibility: 'collapsed' }] },
  viewsWelcome: [
    { view: 'nomad.nodes', contents: 'No nodes.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.nodes'),
  ],
};
