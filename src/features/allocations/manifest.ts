import type { FeatureManifest } from '../../platform/manifest.ts';

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
    { view: 'nomad.allocations', contents: 'Connecting.', when: "nomad.state == 'connecting'" },
    {
      view: 'nomad.allocations',
      contents: 'The cluster asks for a token.\n[Set token](command:nomad.setToken)',
      when: "nomad.state == 'noToken'",
    },
    {
      view: 'nomad.allocations',
      contents:
        'Your token is kept back: the settings of this workspace decide which server is trusted at this address.\n[Send the token](command:nomad.sendToken)',
      when: "nomad.state == 'withheld'",
    },
    {
      view: 'nomad.allocations',
      contents:
        'The token may not read this here.\n[Set token](command:nomad.setToken)\n[Choose namespace](command:nomad.chooseNamespace)',
      when: "nomad.state == 'denied'",
    },
    {
      view: 'nomad.allocations',
      contents: 'Not connected.\n[Connect to a cluster](command:nomad.connect)',
      when: "nomad.state == 'off'",
    },
    {
      view: 'nomad.allocations',
      contents: 'Not connected: the Jobs view says why.\n[Try again now](command:nomad.refresh)',
      when: "nomad.state != 'ready' && nomad.state != 'connecting' && nomad.state != 'noToken' && nomad.state != 'withheld' && nomad.state != 'denied' && nomad.state != 'off'",
    },
  ],
};
