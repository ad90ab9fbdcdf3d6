import { statesBeside, type FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  views: {
    nomad: [{ id: 'nomad.allocations', name: 'Allocations', icon: 'media/nomad.svg', visibility: 'collapsed' }],
  },
  viewsWelcome: [
    { view: 'nomad.allocations', contents: 'No allocations.', when: "nomad.state == 'ready'" },
    ...statesBeside('nomad.allocations'),
  ],
  languages: [{ id: 'nomad-state', aliases: ['Nomad State'], filenamePatterns: ['/nomad/**/* state'] }],
  grammars: [{ language: 'nomad-state', scopeName: 'source.nomad-state', path: './media/nomad-state.tmLanguage.json' }],
  configurationDefaults: {
    '[nomad-state]': {
      'editor.wordWrap': 'on',
      'editor.wrappingIndent': 'deepIndent',
      'editor.lineNumbers': 'off',
      'editor.minimap.enabled': false,
      'editor.stickyScroll.enabled': false,
      'editor.guides.indentation': false,
      'editor.occurrencesHighlight': 'off',
      'editor.unicodeHighlight.ambiguousCharacters': false,
      'editor.unicodeHighlight.nonBasicASCII': false,
    },
  },
};
