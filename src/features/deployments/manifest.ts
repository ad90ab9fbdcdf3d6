import type { FeatureManifest } from '../../platform/manifest.ts';

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
    { view: 'nomad.deployments', contents: 'Connecting.', when: "nomad.state == 'connecting'" },
    {
      view: 'nomad.deployments',
      contents: 'The cluster asks for a token.\n[Set token](command:nomad.setToken)',
      when: "nomad.state == 'noToken'",
    },
    {
      view: 'nomad.deployments',
      contents:
        'Your token is kept back: the settings of this workspace decide which server is trusted at this address.\n[Send the token](command:nomad.sendToken)',
      when: "nomad.state == 'withheld'",
    },
    {
      view: 'nomad.deployments',
      contents:
        'The token may not read this here.\n[Set token](command:nomad.setToken)\n[Choose namespace](command:nomad.chooseNamespace)',
      when: "nomad.state == 'denied'",
    },
    {
      view: 'nomad.deployments',
      contents: 'Not connected.\n[Connect to a cluster](command:nomad.connect)',
      when: "nomad.state == 'off'",
    },
    {
      view: 'nomad.deployments',
      contents: 'Not connected: the Jobs view says why.\n[Try again now](command:nomad.refresh)',
      when: "nomad.state != 'ready' && nomad.state != 'connecting' && nomad.state != 'noToken' && nomad.state != 'withheld' && nomad.state != 'denied' && nomad.state != 'off'",
    },
  ],
};
