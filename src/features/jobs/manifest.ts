import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  viewsContainers: { activitybar: [{ id: 'nomad', title: 'Nomad', icon: 'media/nomad.svg' }] },
  views: { nomad: [{ id: 'nomad.jobs', name: 'Jobs', icon: 'media/nomad.svg' }] },
  viewsWelcome: [
    {
      view: 'nomad.jobs',
      contents: 'Browse, plan and run jobs of a Nomad cluster.\n[Connect to a cluster](command:nomad.connect)',
      when: "nomad.state == 'off'",
    },
    {
      view: 'nomad.jobs',
      contents: 'Connecting to the cluster.\n[Stop connecting](command:nomad.cancelConnect)',
      when: "nomad.state == 'connecting'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'The address of the cluster is not usable. It needs a scheme and a host, as in http://127.0.0.1:4646.\n[Change the address](command:nomad.connect)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'address'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'The host name of the cluster was not found.\n[Change the address](command:nomad.connect)\n[Try again](command:nomad.refresh)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'dns'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'Nothing listens at the address of the cluster. Is the agent running? It is tried again by itself.\n[Try again now](command:nomad.refresh)\n[Change the address](command:nomad.connect)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'refused'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'The cluster did not answer in time. It is tried again by itself.\n[Try again now](command:nomad.refresh)\n[Change the address](command:nomad.connect)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'timeout'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'A secure connection could not be made: the certificate is not trusted, a client certificate is asked for, or one side does not speak TLS. The log has the cause.\n[Show log](command:nomad.showLog)\n[Open TLS settings](command:workbench.action.openSettings?%22nomad.tls%22)\n[Change the address](command:nomad.connect)',
      when: "nomad.state == 'tls'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'What answers at this address is not a Nomad agent.\n[Change the address](command:nomad.connect)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'notNomad'",
    },
    {
      view: 'nomad.jobs',
      contents:
        "The cluster can't be reached. It is tried again by itself.\n[Try again now](command:nomad.refresh)\n[Change the address](command:nomad.connect)\n[Show log](command:nomad.showLog)",
      when: "nomad.state == 'unreachable'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'The token is not known to the cluster, has expired, or may not list jobs in this namespace.\n[Set token](command:nomad.setToken)\n[Choose namespace](command:nomad.chooseNamespace)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'denied'",
    },
    {
      view: 'nomad.jobs',
      contents: 'The cluster asks for a token.\n[Set token](command:nomad.setToken)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'noToken'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'Your token is kept back: the settings of this workspace decide which server is trusted at this address.\n[Send the token](command:nomad.sendToken)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'withheld'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'The servers have no leader at the moment. It is tried again by itself.\n[Try again now](command:nomad.refresh)\n[Show log](command:nomad.showLog)',
      when: "nomad.state == 'noLeader'",
    },
    {
      view: 'nomad.jobs',
      contents:
        'No jobs in this namespace.\n[New jobspec](command:nomad.newJobspec)\n[Choose namespace](command:nomad.chooseNamespace)',
      when: "nomad.state == 'ready' && nomad.empty",
    },
    {
      view: 'nomad.jobs',
      contents: 'Every job is hidden by the filter.\n[Clear filter](command:nomad.clearFilter)',
      when: "nomad.state == 'ready' && nomad.filterHidesAll",
    },
  ],
};
