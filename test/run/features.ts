import type { CommandEntry } from '../../src/commands/command.ts';
import type { FeatureManifest } from '../../src/platform/manifest.ts';
import { allocations } from '../../src/features/allocations/contributions.ts';
import { manifest as allocationsManifest } from '../../src/features/allocations/manifest.ts';
import { clusters } from '../../src/features/clusters/contributions.ts';
import { manifest as clustersManifest } from '../../src/features/clusters/manifest.ts';
import { deployments } from '../../src/features/deployments/contributions.ts';
import { manifest as deploymentsManifest } from '../../src/features/deployments/manifest.ts';
import { exec } from '../../src/features/exec/contributions.ts';
import { manifest as execManifest } from '../../src/features/exec/manifest.ts';
import { jobs } from '../../src/features/jobs/contributions.ts';
import { manifest as jobsManifest } from '../../src/features/jobs/manifest.ts';
import { jobspec } from '../../src/features/jobspec/contributions.ts';
import { manifest as jobspecManifest } from '../../src/features/jobspec/manifest.ts';
import { logs } from '../../src/features/logs/contributions.ts';
import { manifest as logsManifest } from '../../src/features/logs/manifest.ts';
import { rollouts } from '../../src/features/rollouts/contributions.ts';
import { manifest as rolloutsManifest } from '../../src/features/rollouts/manifest.ts';

/** A feature with what VS Code is told of it. */
interface ManifestFeature {
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly manifest: FeatureManifest;
}

/** In the order in which the palette and the menus have them. */
export const features: readonly ManifestFeature[] = [
  { commands: clusters.commands, manifest: clustersManifest },
  { commands: jobs.commands, manifest: jobsManifest },
  { commands: jobspec.commands, manifest: jobspecManifest },
  { commands: deployments.commands, manifest: deploymentsManifest },
  { commands: rollouts.commands, manifest: rolloutsManifest },
  { commands: allocations.commands, manifest: allocationsManifest },
  { commands: exec.commands, manifest: execManifest },
  { commands: logs.commands, manifest: logsManifest },
];

/** The `contributes` of `package.json`: that of all features, list by list. */
export function contributesOf(all: readonly ManifestFeature[]): Readonly<Record<string, unknown>> {
  const manifests = all.map(({ manifest }) => manifest);
  const listOf = (part: 'keybindings' | 'viewsWelcome' | 'languages' | 'grammars' | 'snippets') =>
    manifests.flatMap((manifest): readonly unknown[] => manifest[part] ?? []);
  const groupsOf = (part: 'viewsContainers' | 'views' | 'menus') =>
    grouped(manifests.map((manifest): Readonly<Record<string, readonly unknown[]>> => manifest[part] ?? {}));
  return {
    commands: all.flatMap(commandsOf),
    viewsContainers: groupsOf('viewsContainers'),
    views: groupsOf('views'),
    viewsWelcome: listOf('viewsWelcome'),
    menus: groupsOf('menus'),
    keybindings: listOf('keybindings'),
    languages: listOf('languages'),
    grammars: listOf('grammars'),
    snippets: listOf('snippets'),
    configurationDefaults: merged(manifests.map((manifest) => manifest.configurationDefaults ?? {})),
    configuration: {
      title: 'Nomad',
      properties: merged(manifests.map((manifest) => manifest.configuration?.properties ?? {})),
    },
  };
}

/** @throws Error where a command has a title and no body, or the other way round */
function commandsOf({ commands, manifest }: ManifestFeature): unknown[] {
  const named = [...new Set([...Object.keys(commands), ...Object.keys(manifest.commands)])];
  return named.map((name) => {
    const [entry, told] = [commands[name], manifest.commands[name]];
    if (entry === undefined || told === undefined) {
      throw new Error(`${name} is not in both of contributions.ts and manifest.ts of its feature`);
    }
    const conditions = [...(entry.effect === 'read' ? [] : ['isWorkspaceTrusted']), told.enablement ?? []].flat();
    const enablement = conditions.length === 0 ? {} : { enablement: conditions.join(' && ') };
    return { command: `nomad.${name}`, category: 'Nomad', ...told, ...enablement };
  });
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
