import type { FeatureManifest } from '../../platform/manifest.ts';

/** What VS Code is told of it in `package.json`, which is made from this. */
export const manifest: FeatureManifest = {
  commands: {
    newJobspec: { title: 'New jobspec', icon: '$(new-file)' },
    setVariables: { title: 'Set variables of the jobspec' },
    planJob: { title: 'Plan job', icon: '$(diff)' },
    runJob: { title: 'Run job', icon: '$(play)' },
    compareSources: { title: 'Compare sources', icon: '$(compare-changes)' },
  },
  menus: {
    'view/title': [{ command: 'nomad.newJobspec', when: 'view == nomad.jobs', group: '2_open@2' }],
    'editor/title': [
      { command: 'nomad.planJob', when: 'resourceLangId == nomad-job', group: 'navigation@1' },
      { command: 'nomad.runJob', when: 'resourceLangId == nomad-job && isWorkspaceTrusted', group: 'navigation@2' },
      { command: 'nomad.compareSources', when: 'resourceScheme == nomad-plan', group: 'navigation@1' },
    ],
    'editor/context': [
      { command: 'nomad.planJob', when: 'resourceLangId == nomad-job', group: '1_nomad@1' },
      { command: 'nomad.runJob', when: 'resourceLangId == nomad-job', group: '1_nomad@2' },
      { command: 'nomad.setVariables', when: 'resourceLangId == nomad-job', group: '1_nomad@3' },
    ],
    'explorer/context': [
      {
        command: 'nomad.planJob',
        when: 'resourceExtname == .nomad || resourceFilename =~ /\\.nomad\\.hcl$/',
        group: '5_nomad@1',
      },
      {
        command: 'nomad.runJob',
        when: 'resourceExtname == .nomad || resourceFilename =~ /\\.nomad\\.hcl$/',
        group: '5_nomad@2',
      },
    ],
  },
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
