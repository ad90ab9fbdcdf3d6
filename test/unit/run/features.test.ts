import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { commandIn, contributesOf } from '../../run/features.ts';
import { generatedTexts } from '../../run/generated.ts';

describe('the file of a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nomad-commands-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const commandOf = (text: string) => {
    const file = join(folder, 'greet.ts');
    writeFileSync(file, text);
    return commandIn(file);
  };
  const entry = "export const entry = { doing: 'greet', effect: 'change' } as const satisfies CommandEntry;\n";
  const manifest = (menus: string) => `export const manifest: CommandManifest = { title: 'Greet', menus: ${menus} };\n`;

  it('says all that VS Code is told, and is not run for it', () => {
    const body = "import * as vscode from 'vscode';\nexport function greet() {}\nvscode.window.fail();\n";
    const command = commandOf(`${body}${entry}${manifest("{ 'view/title': [{ when: 'a', group: 'b' }] }")}`);
    assert.ok(command !== undefined);
    const contributes = contributesOf([{ name: 'people', commands: [command], manifest: {} }]);
    assert.deepEqual(contributes['commands'], [
      { command: 'nomad.greet', category: 'Nomad', title: 'Greet', enablement: 'isWorkspaceTrusted' },
    ]);
    assert.deepEqual(contributes['menus'], { 'view/title': [{ command: 'nomad.greet', when: 'a', group: 'b' }] });
  });

  it('is any other where it has no entry', () => {
    assert.equal(commandOf(manifest('{}')), undefined);
  });

  it('lacks nothing, and takes nothing from elsewhere', () => {
    assert.throws(() => commandOf(entry), /greet\.ts has an entry, and no manifest$/);
    assert.throws(() => commandOf(`${entry}${manifest('common')}`), /greet\.ts: manifest takes plain values alone/);
  });

  it('is all that a new command needs: the rest is written from it', async () => {
    const command = commandOf(`${entry}${manifest('{}')}`);
    assert.ok(command !== undefined);
    const texts = await generatedTexts([{ name: 'people', commands: [command], manifest: {} }]);
    assert.deepEqual([...texts.keys()], ['src/platform/commandNames.ts', 'src/features/people/index.ts']);
    assert.match(texts.get('src/platform/commandNames.ts') ?? '', /people: \['greet'\]/);
    assert.match(
      texts.get('src/features/people/index.ts') ?? '',
      /^ {2}greet: command\(greet\.entry, greet\.greet\),$/m,
    );
  });
});
