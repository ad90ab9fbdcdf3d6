import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import type { CommandEntry } from '../../src/commands/command.ts';
import { features as shipped } from '../../src/features/features.ts';
import type { CommandManifest, FeatureManifest } from '../../src/platform/manifest.ts';
import { root } from './paths.ts';

/** A command as its file has it. */
interface Command {
  readonly name: string;
  readonly entry: CommandEntry;
  readonly manifest: CommandManifest;
}

/** A feature with what VS Code is told of it. */
export interface Feature {
  /** Of its folder. */
  readonly name: string;
  readonly commands: readonly Command[];
  readonly manifest: FeatureManifest;
}

/** @returns them in the order in which the side bar has them */
export function readFeatures(): Promise<readonly Feature[]> {
  const names = Object.keys(shipped);
  const unknown = readdirSync(join(root, 'src/features'), { withFileTypes: true })
    .filter((one) => one.isDirectory() && !names.includes(one.name))
    .map(({ name }) => name);
  if (unknown.length > 0) throw new Error(`src/features/features.ts doesn't have ${unknown.join(', ')}`);
  return Promise.all(names.map(readFeature));
}

async function readFeature(name: string): Promise<Feature> {
  const folder = join(root, 'src/features', name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const manifest = join(folder, 'manifest.ts');
  const own = existsSync(manifest)
    ? ((await import(pathToFileURL(manifest).href)) as { readonly manifest: FeatureManifest }).manifest
    : {};
  return { name, commands: files.flatMap((file) => commandIn(join(folder, file)) ?? []), manifest: own };
}

/**
 * The command of a file, which is one where it has an `entry`. What it does is not run, as there is no VS Code around it.
 *
 * @throws Error where what is said of the command is not all there, or not plain
 */
export function commandIn(file: string): Command | undefined {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const entry = plainExport(source, 'entry');
  if (entry === undefined) return undefined;
  const manifest = plainExport(source, 'manifest');
  if (manifest === undefined) throw new Error(`${file} has an entry, and no manifest`);
  return { name: basename(file, '.ts'), entry: entry as CommandEntry, manifest: manifest as CommandManifest };
}

function plainExport(source: ts.SourceFile, name: string): unknown {
  const declarations = source.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  let value = declarations.find((one) => one.name.getText(source) === name)?.initializer;
  while (value !== undefined && (ts.isSatisfiesExpression(value) || ts.isAsExpression(value))) value = value.expression;
  if (value === undefined) return undefined;
  try {
    return runInNewContext(`(${value.getText(source)})`);
  } catch (error) {
    throw new Error(`${source.fileName}: ${name} takes plain values alone: ${String(error)}`, { cause: error });
  }
}

/** The `contributes` of `package.json`: that of all features, list by list. */
export function contributesOf(all: readonly Feature[]): Readonly<Record<string, unknown>> {
  const manifests = all.map(({ manifest }) => manifest);
  const commands = all.flatMap((feature) => feature.commands);
  const listOf = (part: 'viewsWelcome' | 'languages' | 'grammars' | 'snippets') =>
    manifests.flatMap((manifest): readonly unknown[] => manifest[part] ?? []);
  const groupsOf = (part: 'viewsContainers' | 'views') => grouped(manifests.map((manifest) => manifest[part] ?? {}));
  return {
    commands: commands.map(commandOf),
    viewsContainers: groupsOf('viewsContainers'),
    views: groupsOf('views'),
    viewsWelcome: listOf('viewsWelcome'),
    menus: grouped([...commands.map(menusOf), ...manifests.map((manifest) => manifest.menus ?? {})]),
    keybindings: commands.flatMap(({ name, manifest }) =>
      (manifest.keybindings ?? []).map((keybinding) => ({ command: `nomad.${name}`, ...keybinding })),
    ),
    languages: listOf('languages'),
    grammars: listOf('grammars'),
    snippets: listOf('snippets'),
    terminal: { profiles: manifests.flatMap(({ terminal }) => terminal?.profiles ?? []) },
    configurationDefaults: merged(manifests.map((manifest) => manifest.configurationDefaults ?? {})),
    configuration: {
      title: 'Nomad',
      properties: merged(manifests.map((manifest) => manifest.configuration?.properties ?? {})),
    },
  };
}

function commandOf({ name, entry, manifest: { title, icon, enablement } }: Command): unknown {
  const conditions = [...(entry.effect === 'read' ? [] : ['isWorkspaceTrusted']), enablement ?? []].flat();
  return {
    command: `nomad.${name}`,
    category: 'Nomad',
    title,
    ...(icon && { icon }),
    ...(conditions.length > 0 && { enablement: conditions.join(' && ') }),
  };
}

function menusOf({ name, manifest: { menus = {} } }: Command): Readonly<Record<string, readonly unknown[]>> {
  const items = Object.entries(menus).map(([menu, places]) => [
    menu,
    places.map((place) => ({ command: `nomad.${name}`, ...place })),
  ]);
  return Object.fromEntries(items) as Readonly<Record<string, readonly unknown[]>>;
}

function grouped(all: readonly Readonly<Record<string, readonly unknown[]>>[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const [name, items] of all.flatMap((one) => Object.entries(one)))
    groups[name] = [...(groups[name] ?? []), ...items];
  return groups;
}

function merged(all: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(all.flatMap((one) => Object.entries(one)));
}
