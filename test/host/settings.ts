/** A quiet workbench: nothing opens, moves, asks or calls home by itself. Used by tests and, in part, by the demo. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
};

/** What a test needs beyond quiet: text that can be read from the page, pictures that come out the same. */
export const testSettings = {
  ...quietSettings,
  'security.workspace.trust.enabled': false,
  'workbench.colorTheme': 'Dark 2026',
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.commandsToSkipShell': ['runCommands'],
  'workbench.reduceMotion': 'on',
  'workbench.list.smoothScrolling': false,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'window.commandCenter': false,
  'git.enabled': false,
  // In a browser, text that a test types would be saved a second later.
  'files.autoSave': 'off',
};
