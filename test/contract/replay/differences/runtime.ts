import { older, timing, unpacked } from './difference.ts';
import type { Difference } from './difference.ts';

const files = 'What the drivers of an agent leave in the directories, pipes and sockets among it, is not there.';
const events = 'Tasks of a group report in another order, and fewer of their events are kept apart.';
const hiddenStates = 'An allocation that nothing is known of yet already has a client side.';
const artifacts = 'Nothing is downloaded: a task with an artifact just starts.';

export const runtimeDifferences: readonly Difference[] = [
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
  { scenario: 's08-allocs', step: '2.5 s after stop', line: /Restarts/, reason: timing, sometimes: true },
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
  {
    scenario: 's09-fs',
    version: '1.6.10',
    step: 'readat negative',
    line: /text/,
    reason: 'The old agent prints the number as a character.',
  },
  { scenario: 's09-fs', version: '1.6.10', step: 'gc-ed alloc: logs', line: /content-type/, reason: older },
  { scenario: 's09-logs', step: 'rotated files', line: /items are|content-encoding/, reason: files },
  {
    scenario: 's09-logs',
    step: /^(dead alloc plain|origin=start after rotation.*)$/,
    line: /bytes|text/,
    reason: timing,
    sometimes: true,
  },
  { scenario: 's09-logs', version: '1.6.10', step: /unknown|short|not started/, line: /content-type/, reason: older },
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
  { scenario: 's10-exec', step: 'exec on dead alloc', line: /close/, reason: timing, sometimes: true },
  {
    scenario: 's10-exec',
    step: 'tty sh: input, resize, exit 3',
    line: /10 20.* instead of .*40 100/,
    reason: 'A busy shell asks for its size only after the next resize.',
    sometimes: true,
  },
  {
    scenario: 's14-http',
    version: '1.6.10',
    step: 'jobs?stale=maybe',
    line: /text/,
    reason: 'The old agent goes on after the refusal and writes the list behind it.',
  },
];
