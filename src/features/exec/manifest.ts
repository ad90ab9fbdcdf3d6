import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  terminal: { profiles: [{ id: 'nomad.taskShell', title: 'Nomad task shell', icon: 'server-process' }] },
  configuration: {
    properties: {
      'nomad.exec.shells': {
        type: 'array',
        default: ['/bin/bash', '/bin/ash', '/bin/sh'],
        order: 20,
        markdownDescription:
          'Shells to try in a task, in this order. On nodes with Windows, PowerShell and cmd are tried after them.',
        scope: 'window',
        items: { type: 'string' },
        minItems: 1,
      },
    },
  },
};
