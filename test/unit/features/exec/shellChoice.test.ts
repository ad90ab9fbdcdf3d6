import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { shellIsMissing } from '../../../../src/features/exec/shellChoice.ts';

describe('the choice of a shell', () => {
  const refused = (refusal: string) => shellIsMissing({ refusal, output: '' });

  it('goes on to the next when an executor has no such file', () => {
    const text = 'failed to start command: fork/exec /bin/bash: no such file or directory';
    assert.ok(refused(`rpc error: code = Unknown desc = ${text}`));
  });

  it('goes on when a container runtime writes that it has no such file', () => {
    const output =
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/bash": stat /bin/bash: no such file or directory: unknown\r\n';
    assert.ok(shellIsMissing({ exitCode: 126, output }));
    assert.ok(shellIsMissing({ exitCode: 127, output }));
  });

  it('stays with a shell that ran, whatever it wrote and however it ended', () => {
    assert.ok(!shellIsMissing({ exitCode: 127, output: 'sh: foo: not found\r\n' }));
    assert.ok(!shellIsMissing({ exitCode: 1, output: 'cat: x: No such file or directory\r\n' }));
    assert.ok(!shellIsMissing({ exitCode: 0, output: '' }));
  });

  it('does not try another one when the task is not there or permission is denied', () => {
    assert.ok(!refused('task "server" is not running.'));
    assert.ok(!refused('Permission denied'));
    assert.ok(!refused('Unknown allocation "5ec4e700"'));
  });
});
