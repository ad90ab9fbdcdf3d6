import type { Difference } from './difference.ts';

const files = 'What the drivers of an agent leave in the directories, pipes and sockets among it, is not there.';
const artifacts = 'Nothing is downloaded: a task with an artifact just starts.';

export const runtimeDifferences: readonly Difference[] = [
  {
    scenario: 's08-allocs',
    step: 'read: artifact failing',
    line: /ClientDescription|ClientStatus|Restarts|State:|Events/,
    reason: artifacts,
  },
  {
    scenario: 's08-allocs',
    step: 'checks (failing tcp)',
    line: /^\.[0-9a-f]{32}/,
    reason: 'The ids of checks are hashes of what differs.',
  },
  { scenario: 's08-allocs', step: /^stats/, line: /Pids/, reason: 'Processes are not told one by one.' },
  {
    scenario: 's08-allocs',
    step: /after stop$/,
    line: /Restarts: [34] instead of [23]/,
    reason: 'A process starts at once, so that the last of several restarts reaches it.',
  },
  {
    scenario: 's08-allocs',
    step: 'fs after gc',
    line: /text|content-/,
    reason: 'An allocation that its client forgot is unknown.',
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
  { scenario: 's09-logs', step: 'rotated files', line: /items are/, reason: files },
  {
    scenario: 's10-exec',
    step: 'env and cwd of exec',
    line: /stdout/,
    reason: 'The list of variables is cut at thirty, and the simulator sets fewer.',
  },
  {
    scenario: 's10-exec',
    version: '1.6.10',
    step: 'tty: stdin closed at once, /bin/sleep 2',
    line: /frames/,
    reason: 'The old agent hangs up on a process whose input ends.',
  },
  {
    scenario: 's14-http',
    version: '1.6.10',
    step: 'jobs?stale=maybe',
    line: /text/,
    reason: 'The old agent goes on after the refusal and writes the list behind it.',
  },
];
