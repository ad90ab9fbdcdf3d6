import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readCommandLine } from '../../../../src/operations/exec/commandLine.ts';
import { commandText } from '../../../../src/wording/exec/commandText.ts';

describe('a typed command', () => {
  const words = (text: string) => readCommandLine(text).words;

  it('is parted at white space', () => {
    assert.deepEqual(words('  ls   -l\t/tmp\n'), ['ls', '-l', '/tmp']);
    assert.deepEqual(words('ls'), ['ls']);
  });

  it('holds together what is quoted, with nothing read into it', () => {
    assert.deepEqual(words(`psql -c "select 'a b'" ''`), ['psql', '-c', `select 'a b'`, '']);
    assert.deepEqual(words(`echo '$HOME \\n "x"' "" a"b c"d'e'`), ['echo', '$HOME \\n "x"', '', 'ab cde']);
    assert.deepEqual(words('echo "日本 👍🏽" ä'), ['echo', '日本 👍🏽', 'ä']);
    assert.deepEqual(words('echo a|b >c $(d) *'), ['echo', 'a|b', '>c', '$(d)', '*']);
  });

  it('takes backslashes before quotes, spaces and backslashes alone', () => {
    assert.deepEqual(words('echo a\\ b \\"c\\" \\\'d a\\\\b'), ['echo', 'a b', '"c"', "'d", 'a\\b']);
    assert.deepEqual(words('echo "say \\"hi\\" \\\\ \\n"'), ['echo', 'say "hi" \\ \\n']);
    assert.deepEqual(words('grep \\d+ \\.go$'), ['grep', '\\d+', '\\.go$']);
    assert.deepEqual(words('printf "\\\\d+"'), ['printf', '\\d+']);
    assert.deepEqual(words('a\\'), ['a\\']);
  });

  it('leaves paths of Windows as they are', () => {
    assert.deepEqual(words('C:\\Windows\\cmd.exe /c dir'), ['C:\\Windows\\cmd.exe', '/c', 'dir']);
    assert.deepEqual(words('powershell -File C:\\x\\ next'), ['powershell', '-File', 'C:\\x\\', 'next']);
    assert.deepEqual(words('dir \\\\server\\share\\x "\\\\server\\share"'), [
      ...['dir', '\\\\server\\share\\x', '\\\\server\\share'],
    ]);
    assert.deepEqual(words('"C:\\Program Files\\app\\" .\\run.ps1 ..\\a\\\\b'), [
      ...['C:\\Program Files\\app\\', '.\\run.ps1', '..\\a\\\\b'],
    ]);
  });

  it('says what is wrong with it', () => {
    for (const [text, wrong] of [
      ['', 'Type a program and its arguments.'],
      [' \t ', 'Type a program and its arguments.'],
      ['echo "a', 'A quote is opened and not closed.'],
      ["echo 'a", 'A quote is opened and not closed.'],
      ['"" a', 'The program has no name.'],
      ['PASSWORD=x psql', 'No shell reads it, so no variable is set: begin with env, as in env NAME=value program.'],
      ['a\0b', 'A command can’t have a NUL in it.'],
    ] as const) {
      assert.equal(readCommandLine(text).wrong, wrong, text);
    }
  });

  it('is shown so that it reads as the same', () => {
    const pieces = ['', 'a', ' ', "'", '"', '\\', 'C:\\', '\\\\s\\h', '$x', 'ä漢', '\n', '.\\'];
    for (const one of pieces) {
      for (const two of pieces) {
        for (const three of pieces) {
          const argv = ['echo', one + two + three, two];
          assert.deepEqual(words(commandText(argv)), argv, commandText(argv));
        }
      }
    }
  });
});
