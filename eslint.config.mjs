import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The rooms of `src` and what each may import. Everything that is not listed is forbidden: a sibling, a room further
 * down the table, `extension.ts`. A new folder in `src` has to be entered here first.
 */
const rooms = {
  base: [],
  nomad: ['base'],
  hcl: ['base'],
  state: ['base', 'nomad'],
  wording: ['base', 'state'],
  operations: ['base', 'nomad', 'hcl', 'state', 'wording'],
  platform: ['base'],
  tree: ['base', 'state', 'wording', 'operations', 'platform'],
  editor: ['base', 'nomad', 'hcl', 'state', 'wording', 'operations', 'platform'],
  commands: ['base', 'nomad', 'state', 'wording', 'operations', 'platform', 'tree', 'editor'],
};

/** What features may import, each in its own folder: never one another. They meet by command, row kind and address. */
const underFeatures = Object.keys(rooms);

const features = readdirSync(new URL('./src/features', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `features/${name}`);

/** Rooms that run without an editor. */
const pureRooms = ['base', 'nomad', 'hcl', 'state', 'wording', 'operations'];

/** The wire types hold no code, so every room above `base` may name them. */
const wireTypes = './nomad/types';

/** Packages with one door each. */
const doors = {
  'node-fetch': 'src/nomad/http/transport.ts',
  ws: 'src/nomad/sessions/socket.ts',
};

const unknownRooms = readdirSync(new URL('./src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'features' && !(entry.name in rooms))
  .map((entry) => entry.name);
if (unknownRooms.length > 0) {
  throw new Error(`eslint.config.mjs: src/${unknownRooms.join(', src/')} is not in the table of rooms`);
}

const zones = [
  ...[...Object.entries(rooms), ...features.map((name) => [name, underFeatures])].map(([room, allowed]) => ({
    target: `./src/${room}`,
    from: './src',
    except: [`./${room}`, ...allowed.map((other) => `./${other}`), ...(room === 'base' ? [] : [wireTypes])],
    message: `src/${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'}.`,
  })),
  { target: './src', from: './test', message: 'Nothing in src may import from test.' },
];

/** Options of no-restricted-imports for a set of files; flat config replaces options, so each set states all of its own. */
function restrictedImports({ pure = false, door } = {}) {
  const paths = Object.entries(doors)
    .filter(([name]) => name !== door)
    .map(([name, file]) => ({ name, message: `Only ${file} may import ${name}.` }));
  if (pure) paths.push({ name: 'vscode', message: 'This room runs without an editor.' });
  return [
    'error',
    {
      paths,
      patterns: [
        { group: ['**/nomad/types/*'], allowTypeImports: true, message: 'Wire types are types: import type.' },
      ],
    },
  ];
}

/** Ways of VS Code to show a text, which may make links and icons of it. */
const showing = [
  'showInformationMessage',
  'showWarningMessage',
  'showErrorMessage',
  'showQuickPick',
  'createQuickPick',
  'showInputBox',
  'createInputBox',
  'withProgress',
  'setStatusBarMessage',
  'createStatusBarItem',
  'createTerminal',
];

/** They have one door, whose types ask for text that is plain; and messages have one more, which says why and what next. */
const shownElsewhere = [
  {
    selector: `MemberExpression[object.property.name='window'][property.name=/^(${showing.join('|')})$/]`,
    message: 'Text is shown through src/platform/window.ts, and by commands through report, ask and signals.',
  },
  {
    selector: `:matches(VariableDeclarator > ObjectPattern, ImportSpecifier) Property[key.name=/^(${showing.join('|')})$/]`,
    message: 'Text is shown through src/platform/window.ts.',
  },
  {
    selector: "Literal[value='vscode.diff']",
    message: 'The title of a comparison goes through src/platform/window.ts.',
  },
  {
    selector: 'TSAsExpression > TSTypeReference[typeName.name=/^(Plain|Label)$/]',
    message: 'Only src/base/plain.ts says what is plain.',
  },
];

/** Messages say why and what next, so commands show them through the report. */
const messageDoor = {
  selector: 'CallExpression[callee.name=/^show(Message|Modal)$/]',
  message: 'A message belongs to src/platform/report.ts, a question to src/platform/ask.ts.',
};

/** What is not thrown as one of these is told as a fault of the extension. */
const toldErrors = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'A cause for people is a UserError, nothing to do is NothingToDo.',
};

/** All files of a layer are one run, so that a hook outside of a suite runs for the tests of all others too. */
const hooksOfAll = {
  selector: 'Program > ExpressionStatement > CallExpression[callee.name=/^(before|after)(Each)?$/]',
  message: 'A hook belongs into a suite: outside of one it runs for every test of every file.',
};

/** Whoever asks by hand may forget the cluster, the trust or the protection that the gate thinks of. */
const questionDoor = {
  selector: "CallExpression[callee.property.name='confirm']",
  message: 'A command that changes a cluster returns a Deed; src/commands/gate.ts asks.',
};

/** What is asked of a cluster has a name, an input and a result, without a window. */
const requestDoor = {
  selector:
    "CallExpression[callee.object.type='MemberExpression'][callee.object.object.property.name='client'], CallExpression[callee.object.type='MemberExpression'][callee.object.object.name='client']",
  message: 'Requests are made in src/operations.',
};

const nodeGlobals = Object.fromEntries(
  ['process', 'console', 'URL', 'setTimeout', 'clearTimeout', 'AbortController', 'Buffer'].map((name) => [
    name,
    'readonly',
  ]),
);

export default defineConfig(
  { ignores: ['dist/', 'out/', '.vscode-test/', 'node_modules/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    // What needs types, and cycles of imports, are in .oxlintrc.json: oxlint finds them in a twentieth of the time.
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', '**/*.mjs'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js', '.json'] })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...shownElsewhere, messageDoor],
      '@typescript-eslint/no-restricted-imports': restrictedImports(),
    },
  },
  {
    files: ['src/{commands,editor,features,platform,tree}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shownElsewhere, messageDoor, toldErrors] },
  },
  {
    files: ['src/{commands,editor,features,tree}/**/*.ts'],
    // The other question is about a secret of the person, and changes nothing on a cluster.
    ignores: ['src/commands/gate.ts', 'src/features/clusters/sendToken.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...shownElsewhere, messageDoor, toldErrors, questionDoor, requestDoor],
    },
  },
  {
    files: pureRooms.map((room) => `src/${room}/**/*.ts`),
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports({ pure: true }) },
  },
  ...Object.entries(doors).map(([door, file]) => ({
    files: [file],
    rules: { '@typescript-eslint/no-restricted-imports': restrictedImports({ pure: true, door }) },
  })),
  { files: ['src/platform/window.ts', 'src/base/plain.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src/platform/{report,ask}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shownElsewhere] },
  },
  {
    // A suite is one long callback by nature.
    files: ['test/**/*.test.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': ['error', hooksOfAll] },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: nodeGlobals } },
);
