import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  menus: {
    'editor/title': [
      { command: 'editor.action.toggleWordWrap', when: 'resourceScheme == nomad-logs', group: '2_editor@1' },
    ],
  },
  // Its colours are those of VS Code's own grammar for logs, and so are its settings, which people may have changed.
  languages: [{ id: 'log', filenamePatterns: ['/nomad/**/* logs', '/nomad/**/* following'] }],
};
