import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as contributions from '../../src/platform/contributions.ts';
import { rowKinds, rowWords } from '../../src/state/tables/capabilities.ts';
import { contributesOf, readFeatures, type Feature } from './features.ts';
import { generatedTexts } from './generated.ts';
import { root } from './paths.ts';

interface Command {
  readonly command: string;
  readonly title?: string;
  readonly category?: string;
}

interface Placed {
  readonly command?: string;
  readonly submenu?: string;
  readonly view?: string;
  readonly contents?: string;
  readonly when?: string;
  readonly enablement?: string;
  readonly group?: string;
}

interface Setting {
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
}

interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly (Command & Placed)[];
    readonly menus?: Readonly<Record<string, readonly Placed[]>>;
    readonly submenus?: readonly { readonly id: string }[];
    readonly keybindings?: readonly Placed[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly when?: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly viewsWelcome?: readonly Placed[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly languages?: readonly { readonly id: string }[];
    readonly terminal?: { readonly profiles: readonly { readonly id: string }[] };
  };
}

const idsOf = ({ commands }: Feature) => commands.map(({ name }) => `nomad.${name}`);

/** Words that keep their capitals inside a title. */
const properNames = new Set(['Nomad', 'Web', 'UI', 'HCL', 'JSON', 'ACL', 'TLS', 'URL', 'Consul', 'Vault']);

function manifestProblems(manifest: Manifest, features: readonly Feature[]): string[] {
  const { contributes } = manifest;
  const commandIds = contributes.commands.map(({ command }) => command);
  const viewIds = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
  return [
    ...differences('command', commandIds, features.flatMap(idsOf)),
    ...differences('view', viewIds, Object.values(contributions.views)),
    ...differences('view container', Object.keys(contributes.views), [contributions.container]),
    ...differences(
      'view container',
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [contributions.container],
    ),
    ...differences('setting', Object.keys(contributes.configuration.properties), contributions.settingNames),
    ...differences(
      'language',
      (contributes.languages ?? []).map(({ id }) => id),
      Object.values(contributions.languages),
    ),
    ...differences(
      'terminal profile',
      (contributes.terminal?.profiles ?? []).map(({ id }) => id),
      Object.values(contributions.terminalProfiles),
    ),
    ...differences('context key', usedContextKeys(manifest, viewIds), declaredContextKeys()),
    ...differences(
      'restricted setting',
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
      contributions.settingNames,
    ),
    ...stateProblems(manifest),
    ...rowProblems(manifest),
    ...trustProblems(manifest, features),
    ...contributes.commands.flatMap(titleProblems),
    ...Object.entries(contributes.configuration.properties).flatMap(settingProblems),
    ...places(manifest).flatMap((place) => placeProblems(place, commandIds, viewIds, manifest)),
  ];
}

/** What one side names and the other does not, and what is named twice. */
function differences(kind: string, inManifest: readonly string[], inCode: readonly string[]): string[] {
  return [
    ...inManifest.filter((id) => !inCode.includes(id)).map((id) => `${kind} ${id}: package.json only`),
    ...inCode.filter((id) => !inManifest.includes(id)).map((id) => `${kind} ${id}: src/platform/contributions.ts only`),
    ...inManifest
      .filter((id, index) => inManifest.indexOf(id) !== index)
      .map((id) => `${kind} ${id}: twice in package.json`),
  ];
}

function titleProblems({ command, title, category }: Command): string[] {
  if (title === undefined || category === undefined) return [`command ${command}: no title or category`];
  const [first = '', ...others] = title.split(' ');
  const sentenceCase =
    /^\p{Lu}/u.test(first) && others.every((word) => !/^\p{Lu}/u.test(word) || properNames.has(word));
  const problems = sentenceCase ? [] : [`command ${command}: "${title}" is not in sentence case`];
  return /[.!]$/.test(title) ? [...problems, `command ${command}: "${title}" ends like a sentence`] : problems;
}

function settingProblems([name, setting]: [string, Setting]): string[] {
  const problems: string[] = [];
  if (setting.description === undefined && setting.markdownDescription === undefined) {
    problems.push(`setting ${name}: no description`);
  }
  if (!('default' in setting)) problems.push(`setting ${name}: no default`);
  return problems;
}

/** Everything in the manifest that names a command, a view or a condition. */
function places({ contributes }: Manifest): Placed[] {
  return [
    ...contributes.commands.map(({ enablement }) => (enablement === undefined ? {} : { enablement })),
    ...Object.values(contributes.menus ?? {}).flat(),
    ...(contributes.keybindings ?? []),
    ...(contributes.viewsWelcome ?? []),
    ...Object.values(contributes.views)
      .flat()
      .map(({ when }) => (when === undefined ? {} : { when })),
  ];
}

function placeProblems(place: Placed, commands: readonly string[], views: readonly string[], all: Manifest): string[] {
  const submenus = (all.contributes.submenus ?? []).map(({ id }) => id);
  const linked = [...(place.contents ?? '').matchAll(/\(command:(nomad\.[A-Za-z]+)/g)].map((match) => match[1] ?? '');
  const named = place.command?.startsWith('nomad.') ? [place.command, ...linked] : linked;
  const viewsInWhen = [...(place.when ?? '').matchAll(/\bview\s*==\s*'?([\w.]+)'?/g)].map((match) => match[1] ?? '');
  const viewsNamed = place.view?.startsWith('nomad.') ? [place.view, ...viewsInWhen] : viewsInWhen;
  const problems = [
    ...named.filter((id) => !commands.includes(id)).map((id) => `a menu, key or link names the unknown command ${id}`),
    ...viewsNamed
      .filter((id) => !views.includes(id))
      .map((id) => `a menu or welcome text names the unknown view ${id}`),
  ];
  if (place.submenu !== undefined && !submenus.includes(place.submenu))
    problems.push(`unknown submenu ${place.submenu}`);
  return problems;
}

function usedContextKeys(manifest: Manifest, viewIds: readonly string[]): string[] {
  const conditions = places(manifest).flatMap(({ when, enablement }) => [when ?? '', enablement ?? '']);
  const names = conditions.flatMap((text) => text.match(/(?<![\w.'])nomad\.[A-Za-z.]+/g) ?? []);
  return [...new Set(names)].filter((name) => !viewIds.includes(name));
}

/** Each state of the connection has a text in the view that shows it first, and no text is for a state that is none. */
function stateProblems({ contributes }: Manifest): string[] {
  const source = readFileSync(join(root, 'src/platform/contributions.ts'), 'utf8');
  const body = /type WelcomeState =([^;]*);/.exec(source)?.[1] ?? '';
  const states = [...body.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
  const named = (texts: readonly Placed[]) => [
    ...new Set(
      texts.flatMap(({ when }) => [...(when ?? '').matchAll(/nomad\.state [!=]= '(\w+)'/g)].map((m) => m[1] ?? '')),
    ),
  ];
  const welcome = contributes.viewsWelcome ?? [];
  return [
    ...differences('state', named(welcome.filter(({ view }) => view === contributions.views.jobs)), states),
    ...named(welcome)
      .filter((state) => !states.includes(state))
      .map((state) => `a welcome text is for the unknown state ${state}`),
  ];
}

/** A menu that looks for a word that no row has is never shown. */
function rowProblems(manifest: Manifest): string[] {
  const known: readonly string[] = [...rowKinds, ...rowWords];
  const patterns = places(manifest).flatMap(({ when }) =>
    [...(when ?? '').matchAll(/viewItem =~ \/(.+?)\/(?= |$)/g)].map((match) => match[1] ?? ''),
  );
  const words = patterns.flatMap((pattern) => pattern.replaceAll('\\b', ' ').match(/[A-Za-z]+/g) ?? []);
  return [...new Set(words)].filter((word) => !known.includes(word)).map((word) => `no row has the word ${word}`);
}

/** What changes a cluster is not offered where it would be refused. */
function trustProblems({ contributes }: Manifest, features: readonly Feature[]): string[] {
  const changing = features.flatMap(({ commands }) =>
    commands.flatMap(({ name, entry }) => (entry.effect === 'read' ? [] : [`nomad.${name}`])),
  );
  const inline = Object.values(contributes.menus ?? {})
    .flat()
    .filter(({ group }) => /^(?:inline|navigation)/.test(group ?? ''));
  return inline
    .filter(({ command, when }) => changing.includes(command ?? '') && !/\bisWorkspaceTrusted\b/.test(when ?? ''))
    .map(({ command }) => `an icon of ${command ?? ''} shows in a workspace that is not trusted`);
}

/** Context keys are declared as a type, which only its source text can tell. */
function declaredContextKeys(): string[] {
  const source = readFileSync(join(root, 'src/platform/contributions.ts'), 'utf8');
  const body = /interface ContextKeys \{([^}]*)\}/.exec(source)?.[1] ?? '';
  return [...body.matchAll(/'(nomad\.[A-Za-z.]+)'\s*:/g)].map((match) => match[1] ?? '');
}

/** @returns `package.json` as the features would have it */
function made(text: string, features: readonly Feature[]): string {
  const manifest = JSON.parse(text) as Manifest;
  return `${JSON.stringify({ ...manifest, contributes: contributesOf(features) }, undefined, 2)}\n`;
}

/** What is not what the commands' files say, after writing it where that is wanted. */
function stale(wanted: ReadonlyMap<string, string>): string[] {
  const others = [...wanted].filter(([file, text]) => textIn(file) !== text);
  if (!process.argv.includes('--write')) {
    return others.map(([file]) => `${file} is not what the commands' files say: npm run manifest`);
  }
  for (const [file, text] of others) writeFileSync(join(root, file), text);
  return [];
}

function textIn(file: string): string | undefined {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined;
}

async function main(): Promise<void> {
  const features = await readFeatures();
  const manifest = made(readFileSync(join(root, 'package.json'), 'utf8'), features);
  const wanted = new Map([['package.json', manifest], ...(await generatedTexts(features))]);
  const problems = [...stale(wanted), ...manifestProblems(JSON.parse(manifest) as Manifest, features)];
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('package.json is what the features say');
}

await main();
