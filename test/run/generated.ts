import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, type FormatConfig } from 'oxfmt';
import type { Feature } from './features.ts';
import { root } from './paths.ts';

const script = 'Written by `npm run manifest` from the files of the commands';

/** What else than `package.json` follows from the commands' files: its texts, by their paths in the repository. */
export async function generatedTexts(features: readonly Feature[]): Promise<ReadonlyMap<string, string>> {
  const texts = [
    ['src/platform/commandNames.ts', namesOf(features)],
    ...features.map((feature) => [`src/features/${feature.name}/index.ts`, indexOf(feature)] as const),
  ] as const;
  return new Map(await Promise.all(texts.map(async ([file, text]) => [file, await formatted(file, text)] as const)));
}

async function formatted(file: string, text: string): Promise<string> {
  const options = JSON.parse(readFileSync(join(root, '.oxfmtrc.json'), 'utf8')) as FormatConfig;
  const { code, errors } = await format(file, text, options);
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join(', ')}`);
  return code;
}

function namesOf(features: readonly Feature[]): string {
  const lines = features.map(({ name, commands }) => `${name}: ${JSON.stringify(commands.map((each) => each.name))},`);
  return `/** The names of all commands by their features. ${script}. */
    export const commandNames = { ${lines.join('\n')} } as const;`;
}

function indexOf({ commands }: Feature): string {
  const names = commands.map(({ name }) => name);
  return `import { command, type CommandsOf } from '../../commands/command.ts';
    ${names.map((name) => `import * as ${name} from './${name}.ts';`).join('\n')}

    /** What is read from disk with the first use of the feature. ${script}. */
    export const commands: CommandsOf<{
      ${names.map((name) => `${name}: typeof ${name}.manifest;`).join('\n')}
    }> = {
      ${names.map((name) => `${name}: command(${name}.entry, ${name}.${name}),`).join('\n')}
    };`;
}
