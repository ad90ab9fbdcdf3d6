import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, beside its commands. */
export const manifest: FeatureManifest = {
  languages: [
    {
      id: 'nomad-job',
      aliases: ['Nomad Job', 'nomad'],
      extensions: ['.nomad', '.nomad.hcl'],
      configuration: './media/language-configuration.json',
      icon: { light: './media/jobspec.svg', dark: './media/jobspec.svg' },
    },
    { id: 'nomad-plan', aliases: ['Nomad Plan'], extensions: ['.nomad-plan'] },
  ],
  grammars: [
    { language: 'nomad-job', scopeName: 'source.nomad-job', path: './media/nomad.tmLanguage.json' },
    { language: 'nomad-plan', scopeName: 'source.nomad-plan', path: './media/nomad-plan.tmLanguage.json' },
  ],
  snippets: [{ language: 'nomad-job', path: './media/snippets.json' }],
  configurationDefaults: {
    '[nomad-plan]': {
      'editor.wordWrap': 'on',
      'editor.wrappingIndent': 'same',
      'editor.lineNumbers': 'off',
      'editor.folding': false,
      'editor.minimap.enabled': false,
      'editor.stickyScroll.enabled': false,
      'editor.guides.indentation': false,
      'editor.unicodeHighlight.ambiguousCharacters': false,
      'editor.unicodeHighlight.nonBasicASCII': false,
    },
  },
};
