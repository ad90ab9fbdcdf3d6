import assert from 'node:assert/strict';
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { root } from '../run/paths.ts';
import { useStage } from './support/stage.ts';

const limitKb = 350;

describe('picture of the whole', () => {
  const stage = useStage();

  /** Sidebar, jobspec with CodeLens, plan beside it, and a shell below. `UPDATE_MEDIA=1` takes it over for the README. */
  it('is the same in a dark and a light theme', async () => {
    const shown = stage().workbench;
    await shown.tidyUp();
    await shown.waitForRows('Jobs', (rows) => rows.some((row) => row.label === 'web'));
    await shown.widenSideBar(70);
    await shown.expandRow('Jobs', 'web');
    await shown.openFile('web.nomad.hcl');
    await shown.replaceText('VERSION = "1.4.0"', 'VERSION = "1.5.0"');
    await shown.clickLens('Plan');
    await shown.waitForEditor('web — plan.nomad-plan', 'Env[VERSION]: "1.4.0" => "1.5.0"');
    await shown.inlineAction('Jobs', 'web[1]', 'Exec into task');
    await shown.waitForTerminal('#');
    await shown.typeInTerminal("PS1='server # '; clear\n");
    await shown.waitForTerminal('server #');
    await shown.typeInTerminal('tail -n 4 $NOMAD_ALLOC_DIR/logs/server.stdout.0\n');
    await shown.waitForTerminal('web/1.3.0\nserver #');
    for (const theme of ['light', 'dark'] as const) {
      await shown.setTheme(theme);
      const path = join(root, await shown.screenshot(`00-workbench-${theme}`));
      const kb = statSync(path).size / 1000;
      assert.equal(kb < limitKb, true, `${path} has ${kb.toFixed(0)} kB; the limit is ${String(limitKb)} kB`);
      if (theme === 'dark' && process.env['UPDATE_MEDIA'] === '1')
        copyFileSync(path, join(root, 'media/workbench.png'));
    }
    await shown.widenSideBar(-70);
  });
});
