import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: { exec: { title: 'Exec into task', icon: '$(terminal)' } },
  menus: {
    'view/item/context': [
      {
        command: 'nomad.exec',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/ && isWorkspaceTrusted',
        group: 'inline@1',
      },
      { command: 'nomad.exec', when: 'view =~ /^nomad\\./ && viewItem =~ /\\bexecable\\b/', group: '3_task@1' },
    ],
  },
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
