import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: {
    promoteDeployment: { title: 'Promote', icon: '$(check)' },
    promoteGroups: { title: 'Promote some groups', icon: '$(checklist)' },
    failDeployment: { title: 'Fail deployment', icon: '$(close)' },
  },
  menus: {
    'view/item/context': [
      {
        command: 'nomad.promoteDeployment',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bpromotable\\b/ && isWorkspaceTrusted',
        group: 'inline@1',
      },
      {
        command: 'nomad.failDeployment',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bfailable\\b/ && isWorkspaceTrusted',
        group: 'inline@2',
      },
      {
        command: 'nomad.promoteDeployment',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bpromotable\\b/',
        group: '1_deployment@1',
      },
      {
        command: 'nomad.promoteGroups',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bmultigroup\\b/',
        group: '1_deployment@2',
      },
      {
        command: 'nomad.failDeployment',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bfailable\\b/',
        group: '1_deployment@3',
      },
    ],
  },
  views: { nomad: [{ id: 'nomad.deployments', name: 'Deployments', icon: 'media/nomad.svg' }] },
  viewsWelcome: [
    { view: 'nomad.deployments', contents: 'No deployments.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.deployments'),
  ],
};
