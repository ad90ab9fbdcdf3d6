/** A difference between the simulator and the recordings that is known, with its reason. */
export interface Difference {
  readonly scenario: string;
  /** Both when left out. */
  readonly version?: string;
  /** The step's name, or a pattern for several. */
  readonly step: string | RegExp;
  /** What the line that tells the difference contains. */
  readonly line: RegExp;
  readonly reason: string;
  /** It depends on the moment, so it may also not come up. */
  readonly sometimes?: true;
}

const unpacked = 'Files and logs are sent as they are, not compressed, whatever the client takes.';
const files = 'What the drivers of an agent leave in the directories, pipes and sockets among it, is not there.';

const older = 'The simulator makes an older agent out of a new one, and not every field of jobs is older with it.';
const events = 'Tasks of a group report in another order, and fewer of their events are kept apart.';
const timing = 'What a task has printed so far, and what has ended so far, is of the moment.';
const hiddenStates = 'An allocation that nothing is known of yet already has a client side.';
const renumbered =
  'Marking an old version stable gives later versions old numbers, and Nomad then takes the rollouts of those for theirs.';
const artifacts = 'Nothing is downloaded: a task with an artifact just starts.';
const inPlace =
  'Whether a node still fits decides between in-place and destructive updates; the simulator only compares the jobs.';

const apart = 'The server has a name of its own, and is not the agent that is also the client.';
const machine = 'The simulated node has other hardware than the recorded one.';

export const differences: readonly Difference[] = [
  { scenario: 's04-run', step: /^read after (re-run|revert of stopped)$/, line: /Stable/, reason: renumbered },
  {
    scenario: 's03-plan',
    step: 'constraint filters all nodes (existing job)',
    line: /DesiredTGUpdates|Updates/,
    reason: inPlace,
  },
  { scenario: 's03-plan', version: '1.6.10', step: /./, line: /\.Diff\.TaskGroups|NUMA/, reason: older },
  {
    scenario: 's02-validate',
    version: '1.6.10',
    step: /^error: (system with|update dead)/,
    line: /Error/,
    reason: older,
  },
  {
    scenario: 's05-canary',
    version: '2.0.5',
    step: 'stop while canary running',
    line: /UnhealthyAllocs":1/,
    reason: 'A canary that is stopped before its time is counted unhealthy if its client is quick enough.',
    sometimes: true,
  },
  {
    scenario: 's05-canary',
    version: '1.6.10',
    step: 'list',
    line: /items are/,
    reason: 'The jobs . and .. and / of an earlier scenario could not be removed.',
  },
  {
    scenario: 's05-ids',
    version: '1.6.10',
    step: /^(list|page 2)$/,
    line: /items are/,
    reason: 'The jobs . and .. and / of an earlier scenario could not be removed.',
  },
  {
    scenario: 's07-batch',
    step: /^batch failure/,
    line: /does not come/,
    reason: 'A restart is counted when it happens, not when it is decided.',
    sometimes: true,
  },
  { scenario: 's07-dispatch', step: 'child logs', line: /content-encoding/, reason: unpacked },
  { scenario: 's08-allocs', step: 'pending: start blocked (mock)', line: /not in the recording/, reason: hiddenStates },
  {
    scenario: 's08-allocs',
    step: /./,
    line: /DeploymentStatus/,
    reason: 'A check that fails keeps allocations from being healthy; the simulator has no failing checks.',
  },
  {
    scenario: 's08-allocs',
    version: '2.0.5',
    step: /./,
    line: /Ports\[\]\.To/,
    reason: 'Every port tells where it leads to.',
  },
  { scenario: 's08-allocs', step: /./, line: /\.Events/, reason: events },
  {
    scenario: 's08-allocs',
    step: 'read: artifact failing',
    line: /ClientDescription|ClientStatus|Restarts|State:/,
    reason: artifacts,
  },
  {
    scenario: 's08-allocs',
    step: 'checks (failing tcp)',
    line: /^\.[0-9a-f]{32}/,
    reason: 'The ids of checks are hashes of what differs.',
  },
  { scenario: 's08-allocs', step: /^stats/, line: /Pids/, reason: 'Processes are not told one by one.' },
  { scenario: 's08-allocs', step: 'signal effect', line: /text|content-encoding/, reason: timing, sometimes: true },
  {
    scenario: 's08-allocs',
    step: 'fs after gc',
    line: /text|content-/,
    reason: 'An allocation that its client forgot is unknown.',
  },
  {
    scenario: 's08-allocs',
    step: 'at once after stop',
    line: /Client|Desired|State|NextAllocation|Restarts/,
    reason: timing,
    sometimes: true,
  },
  {
    scenario: 's08-allocs',
    version: '1.6.10',
    step: /./,
    line: /Networks\[0\]|Services\[0\]|Restarts: 4/,
    reason: older,
  },
  { scenario: 's09-fs', step: /./, line: /content-encoding/, reason: unpacked },
  {
    scenario: 's09-fs',
    version: '1.6.10',
    step: /./,
    line: /content-type: text\/plain; charset=utf-8 instead of none/,
    reason: unpacked,
  },
  { scenario: 's09-fs', step: /^ls (task|logs|secrets)$/, line: /items are/, reason: files },
  {
    scenario: 's09-fs',
    step: 'stat dir',
    line: /FileMode/,
    reason: 'Directories of tasks have the rights that this machine gives them.',
  },
  { scenario: 's09-fs', step: 'cat big', line: /text/, reason: 'The recording is cut.' },
  { scenario: 's09-logs', step: 'rotated files', line: /items are|content-encoding/, reason: files },
  {
    scenario: 's09-logs',
    step: /^(dead alloc plain|origin=start after rotation.*)$/,
    line: /bytes|text/,
    reason: timing,
    sometimes: true,
  },
  {
    scenario: 's10-exec',
    step: 'Origin header given',
    line: /refusal/,
    reason: 'The refusal of a foreign page has fewer words.',
  },
  { scenario: 's10-exec', step: 'task restarted during exec', line: /stdout/, reason: timing, sometimes: true },
  {
    scenario: 's10-exec',
    step: 'env and cwd of exec',
    line: /stdout/,
    reason: 'The list of variables is cut at thirty, and the simulator sets fewer.',
  },
  {
    scenario: 's04-run',
    version: '1.6.10',
    step: 'read after stop at once',
    line: /Status/,
    reason: 'The old agent was asked before it had worked the stop out.',
    sometimes: true,
  },
  { scenario: 's03-plan', version: '1.6.10', step: 'system job with reschedule policy', line: /text/, reason: older },
  {
    scenario: 's07-batch',
    version: '1.6.10',
    step: 'system: deployments?',
    line: /items/,
    reason: 'Older agents make no rollouts of system jobs; the simulator does.',
  },
  {
    scenario: 's05-rolling',
    version: '1.6.10',
    step: /^v0 timeline/,
    line: /deployment/,
    reason: 'Clients that report together make health grow in other steps.',
    sometimes: true,
  },
  {
    scenario: 's09-fs',
    version: '1.6.10',
    step: 'readat negative',
    line: /text/,
    reason: 'The old agent prints the number as a character.',
  },
  { scenario: 's09-fs', version: '1.6.10', step: 'gc-ed alloc: logs', line: /content-type/, reason: older },
  { scenario: 's09-logs', version: '1.6.10', step: /unknown|short|not started/, line: /content-type/, reason: older },
  {
    scenario: 's10-exec',
    version: '1.6.10',
    step: /^command JSON|^command not JSON/,
    line: /refusal|close/,
    reason: older,
  },
  { scenario: 's10-exec', version: '1.6.10', step: /^(plain GET|POST)/, line: /content-type|text/, reason: older },
  {
    scenario: 's10-exec',
    version: '1.6.10',
    step: /^action/,
    line: /refusal/,
    reason: 'The refusal of actions, which are unknown, has no words.',
  },
  {
    scenario: 's10-exec',
    version: '1.6.10',
    step: 'tty: stdin closed at once, /bin/sleep 2',
    line: /frames/,
    reason: 'The old agent hangs up on a process whose input ends.',
    sometimes: true,
  },
  {
    scenario: 's14-http',
    version: '1.6.10',
    step: 'jobs?stale=maybe',
    line: /text/,
    reason: 'The old agent goes on after the refusal and writes the list behind it.',
  },
  { scenario: 's10-exec', step: 'exec on dead alloc', line: /close/, reason: timing, sometimes: true },
  { scenario: 's08-allocs', step: '2.5 s after stop', line: /Restarts/, reason: timing, sometimes: true },
  { scenario: 's01-agent', step: /^(agent self|members|autopilot health)$/, line: /server-1\.global/, reason: apart },
  {
    scenario: 's01-agent',
    step: 'agent schedulers',
    line: /schedulers/,
    reason: 'There is one scheduler, not one for each core.',
  },
  {
    scenario: 's01-agent',
    step: 'metrics prometheus',
    line: /text/,
    reason: 'The Go runtime of an agent tells of itself first.',
  },
  { scenario: 's01-agent', step: 'client stats', line: /CPU/, reason: machine },
  { scenario: 's01-agent', step: 'ui', line: /status|content-type/, reason: 'There is no web interface.' },
  { scenario: 's01-nodes', step: /^(read|after stop drain)$/, line: /docker|NodeResources/, reason: machine },
  { scenario: 's01-nodes', step: 'node stats', line: /CPU/, reason: machine },
  { scenario: 's01-nodes', version: '1.6.10', step: /./, line: /HostVolumes|Reserved|DeploymentStatus/, reason: older },
  { scenario: 's01-nodes', step: 'deployments after drain', line: /items are/, reason: timing, sometimes: true },
  {
    scenario: 's03-diffs',
    version: '2.0.5',
    step: 'constraint edited',
    line: /DesiredTGUpdates|Updates/,
    reason: inPlace,
  },
  { scenario: 's03-diffs', version: '1.6.10', step: /./, line: /\.Diff|DesiredTGUpdates|Warnings/, reason: older },
  {
    scenario: 's04-blocking',
    step: 'allocation read: returns when the client updates it',
    line: /ClientDescription|ClientStatus|TaskStates/,
    reason: 'A restart is told of once, when the new process runs, and not also while there is none.',
    sometimes: true,
  },
  {
    scenario: 's13-services',
    step: 'alloc checks',
    line: /^\.[0-9a-f]{32}/,
    reason: 'The ids of checks are hashes of what differs.',
  },
  {
    scenario: 's13-variables',
    step: 'list empty',
    line: /items/,
    reason: 'Some variables were removed without a recorded step.',
  },
  {
    scenario: 's07-dispatch',
    step: 'child timeline',
    line: /does not come/,
    reason: 'The first state of the child is missed when the next dispatch is made late.',
    sometimes: true,
  },
  {
    scenario: 's10-exec',
    step: 'tty sh: input, resize, exit 3',
    line: /10 20.* instead of .*40 100/,
    reason: 'A busy shell asks for its size only after the next resize.',
    sometimes: true,
  },
];
