import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: {
    showEvents: { title: 'Show events' },
    writeIncidentReport: { title: 'Write incident report' },
    restartTask: { title: 'Restart task' },
    restartAllocation: { title: 'Restart allocation' },
    signalTask: { title: 'Send signal to task' },
    stopAllocation: { title: 'Stop allocation' },
  },
  menus: {
    'view/item/context': [
      {
        command: 'nomad.showEvents',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/',
        group: '2_job@0',
      },
      {
        command: 'nomad.writeIncidentReport',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b/',
        group: '7_report@1',
      },
      {
        command: 'nomad.restartTask',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^task\\b.*\\bexecable\\b/',
        group: '3_task@2',
      },
      {
        command: 'nomad.restartAllocation',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^allocation\\b.*\\bexecable\\b/',
        group: '3_task@2',
      },
      {
        command: 'nomad.signalTask',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(allocation|task)\\b.*\\bexecable\\b/',
        group: '3_task@3',
      },
      {
        command: 'nomad.stopAllocation',
        when: 'view =~ /^nomad\\./ && viewItem =~ /\\bendable\\b/',
        group: '3_task@4',
      },
    ],
  },
  views: {
    nomad: [{ id: 'nomad.allocations', name: 'Allocations', icon: 'media/nomad.svg', visibility: 'collapsed' }],
  },
  viewsWelcome: [
    { view: 'nomad.allocations', contents: 'No allocations.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.allocations'),
  ],
};
