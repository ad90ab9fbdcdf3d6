import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { eventually } from './support/eventually.ts';
import { jobspec } from './support/jobspec.ts';
import { useStage } from './support/stage.ts';
import type { TreeRow } from './support/sideBar.ts';

describe('sidebar', () => {
  const stage = useStage();

  const labels = (rows: readonly TreeRow[], level = 1) =>
    rows.filter((row) => row.level === level).map((row) => row.label);

  beforeEach(async () => {
    const { workbench } = stage();
    const description = await workbench.viewDescription('Jobs');
    if (description.includes('filter:')) await workbench.runCommand('Nomad: Clear filter');
    if (description.includes('problems only')) await workbench.runCommand('Nomad: Show all jobs');
  });

  it('shows the cluster of NOMAD_ADDR, live', async () => {
    const { workbench, cluster } = stage();
    for (const view of ['Jobs', 'Deployments', 'Allocations']) assert.equal(await workbench.hasView(view), true, view);
    assert.equal(await workbench.viewDescription('Jobs'), `${cluster.label} · * · live`);
    assert.equal(await workbench.statusBarItem(cluster.label).isVisible(), true);
    const rows = await workbench.waitForRows('Jobs', (all) => labels(all).length === 13);
    assert.deepEqual(labels(rows).slice(0, 5), ['api', 'backoffice', 'checkout', 'importer', 'legacy']);
    await workbench.screenshot('01-sidebar');
  });

  it('tells the state of each job by words, icon and voice', async () => {
    const { workbench } = stage();
    const states = [
      ['api', /^4\/4 running · v1$/, 'pass', 'job api, running, 4/4 running, v1'],
      ['importer', /^failed · /, 'error', undefined],
      ['legacy', /^stopped · v1$/, 'debug-stop', 'job legacy, stopped, v1'],
      ['migrations', /^complete · v0$/, 'check', 'job migrations, complete, v0'],
      ['ml-train', /^2 blocked: memory exhausted · 0\/2 running$/, 'circle-slash', undefined],
      ['report', /^periodic · \d runs?$/, 'clock', undefined],
      [
        'web',
        /^needs promotion · v4 · canary 1\/1 healthy$/,
        'milestone',
        'job web, needs promotion, v4, canary 1/1 healthy',
      ],
    ] as const;
    for (const [label, description, icon, spoken] of states) {
      await workbench.waitForRows('Jobs', (rows) =>
        rows.some((row) => row.label === label && description.test(row.description)),
      );
      assert.equal(await workbench.rowIcon('Jobs', label), icon, label);
      if (spoken !== undefined) assert.equal(await workbench.spokenRow('Jobs', label), spoken);
    }
  });

  it('opens from a job down to its tasks', async () => {
    const { workbench } = stage();
    await workbench.expandRow('Jobs', 'worker');
    await workbench.waitForRows('Jobs', (rows) => labels(rows, 2).includes('thumbnails'));
    await workbench.expandRow('Jobs', 'emails');
    await workbench.waitForRows('Jobs', (rows) => labels(rows, 3).includes('emails[1]'));
    await workbench.expandRow('Jobs', 'checkout');
    await workbench.expandRow('Jobs', 'checkout[0]');
    const rows = await workbench.waitForRows('Jobs', (all) => labels(all, 3).includes('payment-proxy'));
    const task = rows.find((row) => row.label === 'payment-proxy');
    assert.equal(task?.description, 'running');
    assert.match(await workbench.spokenRow('Jobs', 'payment-proxy'), /^task payment-proxy, running/);
    await workbench.screenshot('02-groups-allocations-tasks');
    await workbench.viewAction('Jobs', 'Collapse All');
  });

  it('shows a rollout under its job and among the deployments', async () => {
    const { workbench } = stage();
    await workbench.expandRow('Jobs', 'web');
    const rows = await workbench.waitForRows('Jobs', (all) => labels(all, 2).includes('deployment'));
    const rollout = rows.find((row) => row.label === 'deployment');
    assert.equal(rollout?.description, 'needs promotion · v4 · canary 1/1 healthy');
    const [first] = await workbench.treeRows('Deployments');
    assert.equal(first?.label, 'web');
    await workbench.row('Jobs', 'web').hover();
    const tooltip = workbench.page.locator('.monaco-hover', { hasText: 'Namespace' });
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /State\s+needs promotion · v4 · canary 1\/1 healthy[\s\S]*Version\s+4/);
    await workbench.screenshot('03-rollout-with-tooltip', { withHover: true });
  });

  it('lists allocations, problems first', async () => {
    const { workbench } = stage();
    await workbench.expandView('Allocations');
    const rows = await workbench.waitForRows('Allocations', (all) => all.length > 5);
    assert.match(rows[0]?.label ?? '', /^(importer\.import|session-cache\.cache)\[0\]$/);
    assert.match(
      rows.find((row) => row.label.startsWith('importer'))?.description ?? '',
      /^failed · exit 137 .*node-\d/,
    );
    await workbench.screenshot('04-allocations');
    await workbench.page.locator('.pane-header[aria-label^="Allocations"]').click();
  });

  it('follows the cluster by itself', async () => {
    const { workbench, cluster } = stage();
    await cluster.run(jobspec('a-newcomer'));
    await workbench.waitForRows(
      'Jobs',
      ([first]) => first?.label === 'a-newcomer' && first.description.startsWith('1/1'),
    );
    await cluster.purge('a-newcomer');
    await workbench.waitForRows('Jobs', (rows) => !labels(rows).includes('a-newcomer'));
  });

  it('is narrowed by text', async () => {
    const { workbench } = stage();
    await workbench.viewAction('Jobs', 'Filter jobs');
    await workbench.enterText('WORK');
    await workbench.waitForRows('Jobs', (rows) => labels(rows).join() === 'worker');
    assert.match(await workbench.viewDescription('Jobs'), /· filter: WORK$/);
    await workbench.screenshot('05-filtered');
    await workbench.viewAction('Jobs', 'Clear filter');
    await workbench.waitForRows('Jobs', (rows) => labels(rows).length > 10);
    await workbench.viewAction('Jobs', 'Filter jobs');
    await workbench.enterText('no such job');
    await eventually(
      'welcome text',
      () => workbench.welcomeText('Jobs'),
      (text) => text.includes('Every job is hidden by the filter.'),
    );
    await workbench.welcomeButton('Jobs', 'Clear filter');
    await workbench.waitForRows('Jobs', (rows) => labels(rows).length > 10);
  });

  it('is narrowed to problems', async () => {
    const { workbench } = stage();
    await workbench.viewAction('Jobs', 'Show problems only');
    const rows = await workbench.waitForRows('Jobs', (all) => !labels(all).includes('api'));
    assert.equal(labels(rows).includes('importer'), true);
    assert.equal(labels(rows).includes('ml-train'), true);
    assert.match(await workbench.viewDescription('Jobs'), /· problems only/);
    await workbench.screenshot('06-problems-only');
    await workbench.viewAction('Jobs', 'Show all jobs');
    await workbench.waitForRows('Jobs', (all) => labels(all).includes('api'));
  });

  it('keeps a crash loop among the problems, between two crashes too', async () => {
    const { workbench, cluster } = stage();
    await workbench.viewAction('Jobs', 'Show problems only');
    const looping = /^crash-looping · exit 1 · \d+ restarts · 0\/1 running$/;
    await workbench.waitForRows('Jobs', (rows) => rows.some(({ description }) => looping.test(description)));
    const states = new Set<string>();
    // One that shall not be seen is worth looking for only while the task does both.
    while (!states.has('running') || !states.has('pending')) {
      const [allocation] = await cluster.allocations('session-cache');
      states.add(allocation?.TaskStates?.['cache']?.State ?? 'unknown');
      const row = (await workbench.treeRows('Jobs')).find(({ label }) => label === 'session-cache');
      assert.match(row?.description ?? 'not there', looping);
      assert.match(await workbench.badge(), /1 crash-looping job/);
    }
    assert.match(await workbench.spokenRow('Jobs', 'session-cache'), /^job session-cache, crash-looping/);
    await workbench.screenshot('07-crash-loop');
    await workbench.viewAction('Jobs', 'Show all jobs');
    await workbench.waitForRows('Jobs', (all) => labels(all).includes('api'));
  });

  it('is read anew on demand', async () => {
    const { workbench, cluster } = stage();
    await workbench.viewAction('Jobs', 'Refresh');
    await workbench.waitForRows('Jobs', (rows) => labels(rows).includes('api'));
    assert.equal(await workbench.viewDescription('Jobs'), `${cluster.label} · * · live`);
  });
});
