// What this project asks of its own code, for oxlint (`.oxlintrc.json`). Plain JavaScript, because oxlint reads it in the
// Node that an editor brings, too.
import { readdirSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** Rooms that run without an editor. */
const pureRooms = ['base', 'nomad', 'hcl', 'state', 'wording', 'operations'];

/** The wire types hold no code, so every room above `base` may name them. */
const wireTypes = 'src/nomad/types/';

/** Packages with one door each. */
const doors = {
  'node-fetch': 'src/nomad/http/transport.ts',
  ws: 'src/nomad/sessions/socket.ts',
};

const unknownRooms = readdirSync(new URL('../../src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'features' && !(entry.name in rooms))
  .map((entry) => entry.name);
if (unknownRooms.length > 0) {
  throw new Error(`test/run/houseRules.mjs: src/${unknownRooms.join(', src/')} is not in the table of rooms`);
}

/** The room of a file of `src`; a feature is a room of its own. Undefined for what lies in none. */
function roomOf(file) {
  const [top, first, second, ...rest] = file.split('/');
  if (top !== 'src' || second === undefined) return undefined;
  return first === 'features' && rest.length > 0 ? `features/${second}` : first;
}

/** Why a file may not import another, as paths from the root with `/`. Undefined when it may. */
function wrongDirection(file, imported) {
  if (file.startsWith('src/') && imported.startsWith('test/')) return 'Nothing in src may import from test.';
  const room = roomOf(file);
  const isRoom = room !== undefined && (room in rooms || room.startsWith('features/'));
  if (!isRoom || !imported.startsWith('src/') || imported.startsWith(`src/${room}/`)) return undefined;
  if (room !== 'base' && imported.startsWith(wireTypes)) return undefined;
  // Features may import every room, and never one another: they meet by command, row kind and address.
  const allowed = rooms[room] ?? Object.keys(rooms);
  if (allowed.some((other) => imported.startsWith(`src/${other}/`))) return undefined;
  return `src/${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'}.`;
}

/** Why a package may not be imported there. Undefined when it may. */
function wrongPackage(file, name) {
  if (!file.startsWith('src/')) return undefined;
  const door = doors[name];
  if (door !== undefined && door !== file) return `Only ${door} may import ${name}.`;
  return name === 'vscode' && pureRooms.includes(roomOf(file)) ? 'This room runs without an editor.' : undefined;
}

const isTypeOnly = (node) =>
  [node.importKind, node.exportKind].includes('type') ||
  (node.specifiers?.length > 0 && node.specifiers.every((each) => [each.importKind, each.exportKind].includes('type')));

function imports(context) {
  const file = pathOf(context.filename);
  const look = (node, source) => {
    const name = source?.value ?? source?.quasis?.[0]?.value.cooked;
    if (typeof name !== 'string') return;
    const isFile = name.startsWith('.');
    const imported = isFile ? pathOf(resolve(dirname(context.filename), name)) : name;
    const message = isFile ? wrongDirection(file, imported) : wrongPackage(file, name);
    if (message !== undefined) context.report({ node, message });
    const isWire = isFile && file.startsWith('src/') && imported.startsWith(wireTypes);
    if (isWire && node.type !== 'TSImportType' && !isTypeOnly(node)) {
      context.report({ node, message: 'Wire types are types: import type.' });
    }
  };
  const ofSource = (node) => {
    look(node, node.source);
  };
  return {
    ImportDeclaration: ofSource,
    ExportNamedDeclaration: ofSource,
    ExportAllDeclaration: ofSource,
    ImportExpression: ofSource,
    TSImportType: ofSource,
    "CallExpression[callee.name='require']": (node) => {
      look(node, node.arguments[0]);
    },
  };
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

/** What has one door: how it looks, where that is refused, where the door is, and what to do in its place. */
const shapes = [
  {
    // Their types ask for text that is plain; and messages have one more door, which says why and what next.
    selector: `MemberExpression[object.property.name='window'][property.name=/^(${showing.join('|')})$/]`,
    in: /^src\//,
    but: /^src\/(platform\/window|base\/plain)\.ts$/,
    message: 'Text is shown through src/platform/window.ts, and by commands through report, ask and signals.',
  },
  {
    selector: `:matches(VariableDeclarator > ObjectPattern, ImportSpecifier) Property[key.name=/^(${showing.join('|')})$/]`,
    in: /^src\//,
    but: /^src\/(platform\/window|base\/plain)\.ts$/,
    message: 'Text is shown through src/platform/window.ts.',
  },
  {
    selector: "Literal[value='vscode.diff']",
    in: /^src\//,
    but: /^src\/(platform\/window|base\/plain)\.ts$/,
    message: 'The title of a comparison goes through src/platform/window.ts.',
  },
  {
    selector: 'TSAsExpression > TSTypeReference[typeName.name=/^(Plain|Label)$/]',
    in: /^src\//,
    but: /^src\/(platform\/window|base\/plain)\.ts$/,
    message: 'Only src/base/plain.ts says what is plain.',
  },
  {
    // Messages say why and what next, so commands show them through the report.
    selector: 'CallExpression[callee.name=/^show(Message|Modal)$/]',
    in: /^src\//,
    but: /^src\/(platform\/(window|report|ask)|base\/plain)\.ts$/,
    message: 'A message belongs to src/platform/report.ts, a question to src/platform/ask.ts.',
  },
  {
    // What is not thrown as one of these is told as a fault of the extension.
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    in: /^src\/(commands|editor|features|platform|tree)\//,
    but: /^src\/platform\/(window|report|ask)\.ts$/,
    message: 'A cause for people is a UserError, nothing to do is NothingToDo.',
  },
  {
    // Whoever asks by hand may forget the cluster, the trust or the protection that the gate thinks of.
    selector: "CallExpression[callee.property.name='confirm']",
    in: /^src\/(commands|editor|features|tree)\//,
    // The other question is about a secret of the person, and changes nothing on a cluster.
    but: /^src\/(commands\/gate|features\/clusters\/sendToken)\.ts$/,
    message: 'A command that changes a cluster returns a Deed; src/commands/gate.ts asks.',
  },
  {
    // What is asked of a cluster has a name, an input and a result, without a window.
    selector: [
      "CallExpression[callee.object.type='MemberExpression'][callee.object.object.property.name='client']",
      "CallExpression[callee.object.type='MemberExpression'][callee.object.object.name='client']",
    ].join(', '),
    in: /^src\/(commands|editor|features|tree)\//,
    but: /^src\/(commands\/gate|features\/clusters\/sendToken)\.ts$/,
    message: 'Requests are made in src/operations.',
  },
  {
    // All files of a layer are one run, so that a hook outside of a suite runs for the tests of all others too.
    selector: 'Program > ExpressionStatement > CallExpression[callee.name=/^(before|after)(Each)?$/]',
    in: /^test\/.*\.test\.ts$/,
    message: 'A hook belongs into a suite: outside of one it runs for every test of every file.',
  },
];

function doorsOf(context) {
  const file = pathOf(context.filename);
  const asked = shapes.filter((shape) => shape.in.test(file) && shape.but?.test(file) !== true);
  return Object.fromEntries(
    asked.map(({ selector, message }) => [
      selector,
      (node) => {
        context.report({ node, message });
      },
    ]),
  );
}

function pathOf(file) {
  return relative(root, file).split(sep).join('/');
}

export default {
  meta: { name: 'house' },
  rules: { imports: { create: imports }, doors: { create: doorsOf } },
};
