import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Runtime } from '../../../simulator/runtime/runtime.ts';
import { execStage, makeRuntime, shell, shortWhile, specOf, until, watch, type ExecStage } from './stage.ts';

const aborted = { code: 1006, reason: '' };

let runtime: Runtime;
let stage: ExecStage;

/** Each test of a suite has a task that runs. Said in every suite: hooks outside of them are run for all tests of all files. */
function withTask(): void {
  beforeEach(async () => {
    runtime = makeRuntime();
    stage = await execStage(runtime);
    await watch(runtime, shell('exec sleep 1000')).until('started');
  });

  afterEach(async () => {
    await runtime.dispose();
    await stage.close();
  });
}

describe('exec is refused', () => {
  withTask();

  const close = async (...[parameters, context]: Parameters<ExecStage['connect']>) =>
    (await stage.connect(parameters, context)).closed;

  it('for what can’t be run', async () => {
    const started = 'rpc error: code = Unknown desc = failed to start command: ';
    for (const tty of ['true', 'false']) {
      assert.deepEqual(await close({ words: ['/no/such'], tty }), {
        code: 1011,
        reason: `${started}fork/exec /no/such: no such file or directory`,
      });
    }
    assert.deepEqual(await close({ words: ['no-such-program'] }), {
      code: 1011,
      reason: `${started}exec: "no-such-program": executable file not found in $PATH`,
    });
    assert.deepEqual(await close({ words: [] }), { code: 1008, reason: 'command is not present' });
    assert.deepEqual(await close({ words: ['true'], task: '' }), { code: 1008, reason: 'must provide task name' });
    assert.deepEqual(await close({ words: ['true'], task: 'pre' }), {
      code: 1008,
      reason: 'task "pre" is not running.',
    });
  });

  it('with the reason that the look-up gives', async () => {
    const error = { code: 1011, reason: 'Permission denied' };
    assert.deepEqual(await close({ words: ['true'] }, { lookup: () => ({ error }) }), error);
  });

  it('without a close frame when the reason is too long for one', async () => {
    assert.deepEqual(await close({ words: [`/${'x'.repeat(90)}`] }), aborted);
  });

  it('for a task that has no process here', async () => {
    const other = watch(runtime, specOf({ Name: 'db', Driver: 'docker' }));
    await other.until('started');
    const { code, reason } = await close({ words: ['sh'], task: 'db' });
    assert.equal(code, 1011);
    assert.match(reason, /no process for driver "docker"; use raw_exec/);
  });

  it('for bad parameters, and the connection is left to the client', async () => {
    const json = 'failed to marshal command into json: ';
    const cases: [Parameters<ExecStage['connect']>[0], number, string][] = [
      [{ command: '' }, 1011, `${json}unexpected end of JSON input`],
      [{ command: 'ls' }, 1011, `${json}invalid character 'l' looking for beginning of value`],
      [{ command: '"ls"' }, 1011, `${json}json: cannot unmarshal string into Go value of type []string`],
      [{ command: '[1,2]' }, 1011, `${json}json: cannot unmarshal number into Go value of type string`],
      [
        { words: ['true'], tty: 'maybe' },
        1011,
        'tty value is not a boolean: strconv.ParseBool: parsing "maybe": invalid syntax',
      ],
    ];
    for (const [parameters, code, reason] of cases) {
      const client = await stage.connect(parameters);
      await until(() => client.socket.readyState === client.socket.CLOSING);
      await shortWhile();
      assert.equal(client.socket.readyState, client.socket.CLOSING);
      client.socket.terminate();
      assert.deepEqual(await client.closed, { code, reason });
    }
  });
});

describe('an exec handshake', () => {
  withTask();

  it('gives the token to the look-up', async () => {
    const tokens: string[] = [];
    const lookup = (token: string) => {
      tokens.push(token);
      return {};
    };
    const client = await stage.connect({ words: ['echo', 'hi'], handshake: 'true' }, { lookup });
    client.send({ version: 1, auth_token: 'from-frame' });
    client.send({ stdin: { close: true } });
    assert.deepEqual(await client.closed, aborted);
    assert.equal(client.bytes('stdout').toString(), 'hi\n');
    assert.deepEqual(tokens, ['from-frame']);
  });

  it('is refused when it is none, or another than the header’s', async () => {
    const cases: [object | string, string][] = [
      [{ stdin: { close: true } }, 'unexpected handshake value: 0'],
      [{ version: 2, auth_token: '' }, 'unexpected handshake value: 2'],
      ['nope', "invalid character 'o' in literal null (expecting 'u')"],
      [{ version: 1, auth_token: 'other' }, 'handshake auth token mismatched auth header token'],
    ];
    for (const [frame, reason] of cases) {
      const client = await stage.connect({ words: ['true'], handshake: 'true', headerToken: 'mine' });
      client.send(frame);
      await until(() => client.socket.readyState === client.socket.CLOSING);
      client.socket.terminate();
      assert.deepEqual(await client.closed, { code: 1008, reason });
    }
  });

  it('is waited for, until the runtime ends', async () => {
    const client = await stage.connect({ words: ['true'], handshake: 'true' });
    client.socket.ping();
    await once(client.socket, 'pong');
    await runtime.dispose();
    assert.deepEqual(await client.closed, aborted);
  });
});
