import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  views: { nomad: [{ id: 'nomad.deployments', name: 'Deployments', icon: 'media/nomad.svg' }] },
  viewsWelcome: [
    { view: 'nomad.deployments', contents: 'No deployments.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.deployments'),
  ],
};
