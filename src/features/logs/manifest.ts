import type { FeatureManifest } from '../../platform/manifest.ts';

const inLogs = 'resourceScheme == nomad-logs';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: {
    showLogs: { title: 'Show logs', icon: '$(output)' },
    pauseLogs: { title: 'Pause logs', icon: '$(debug-pause)' },
    resumeLogs: { title: 'Go on with logs', icon: '$(debug-continue)' },
    clearLogs: { title: 'Clear logs', icon: '$(clear-all)' },
    goToEndOfLogs: { title: 'Go to the end of logs', icon: '$(arrow-down)' },
    filterLogs: { title: 'Filter logs', icon: '$(filter)' },
    loadOlderLogs: { title: 'Load older logs' },
    compareLogs: { title: 'Compare logs' },
    searchLogs: { title: 'Search logs' },
    saveLogs: { title: 'Save logs as files' },
    setLogOptions: { title: 'Choose what is shown of logs', icon: '$(settings)' },
  },
  menus: {
    commandPalette: [
      ...['clearLogs', 'goToEndOfLogs', 'filterLogs', 'setLogOptions', 'loadOlderLogs', 'saveLogs', 'compareLogs'].map(
        (name) => ({
          command: `nomad.${name}`,
          when: inLogs,
        }),
      ),
      { command: 'nomad.pauseLogs', when: `${inLogs} && !nomad.logsPaused` },
      { command: 'nomad.resumeLogs', when: `${inLogs} && nomad.logsPaused` },
    ],
    'view/item/context': [
      {
        command: 'nomad.showLogs',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|allocation|task)\\b/',
        group: 'inline@3',
      },
      {
        command: 'nomad.showLogs',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|group|allocation|task)\\b/',
        group: '2_job@0',
      },
      {
        command: 'nomad.searchLogs',
        when: 'view =~ /^nomad\\./ && viewItem =~ /^(job|group|allocation|task)\\b/',
        group: '2_job@1',
      },
    ],
    'editor/title': [
      { command: 'nomad.goToEndOfLogs', when: `${inLogs} && !nomad.logsFollow`, group: 'navigation@1' },
      { command: 'nomad.pauseLogs', when: `${inLogs} && !nomad.logsPaused`, group: 'navigation@2' },
      { command: 'nomad.resumeLogs', when: `${inLogs} && nomad.logsPaused`, group: 'navigation@2' },
      { command: 'nomad.filterLogs', when: inLogs, group: 'navigation@3' },
      { command: 'nomad.setLogOptions', when: inLogs, group: 'navigation@4' },
      { command: 'nomad.clearLogs', when: inLogs, group: '1_logs@1' },
      { command: 'nomad.loadOlderLogs', when: inLogs, group: '1_logs@2' },
      { command: 'nomad.saveLogs', when: inLogs, group: '1_logs@3' },
      { command: 'nomad.compareLogs', when: inLogs, group: '1_logs@4' },
      { command: 'editor.action.toggleWordWrap', when: inLogs, group: '2_editor@1' },
    ],
  },
  keybindings: [
    {
      command: 'nomad.showLogs',
      key: 'l',
      args: 'focused',
      when: 'focusedView =~ /^nomad\\.(jobs|deployments|allocations)$/ && listFocus && !inputFocus && !treestickyScrollFocused',
    },
    { command: 'nomad.goToEndOfLogs', key: 'ctrl+end', mac: 'cmd+down', when: `editorTextFocus && ${inLogs}` },
  ],
  // Its colours are those of VS Code's own grammar for logs, and so are its settings, which people may have changed.
  languages: [{ id: 'log', filenamePatterns: ['/nomad/**/* logs'] }],
};
