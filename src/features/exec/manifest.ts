import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  configuration: {
    properties: {
      'nomad.exec.shells': {
        type: 'array',
        default: ['/bin/bash', '/bin/sh'],
        order: 20,
        markdownDescription: 'Shells to try in a task, in this order.',
        scope: 'window',
        items: { type: 'string' },
        minItems: 1,
      },
    },
  },
};
