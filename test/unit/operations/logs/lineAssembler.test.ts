import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LineAssembler } from '../../../../src/operations/logs/lineAssembler.ts';
import { plainText } from '../../../../src/operations/logs/lineText.ts';
import type { AgentLog, LogLine, LogPosition } from '../../../../src/operations/logs/types.ts';
import { randomFrom } from './support.ts';

const source: AgentLog = { kind: 'agent', key: 'agent/connected', name: 'agent', agent: 'connected' };

/** The lines of a text that comes cut at the given places. */
function cutAt(bytes: Buffer, places: readonly number[], assembler = new LineAssembler(source)): LogLine[] {
  const ends = [...places, bytes.length];
  const lines: LogLine[] = [];
  let from = 0;
  for (const end of ends) {
    lines.push(...assembler.push({ file: 0, offset: from }, bytes.subarray(from, end), 7));
    from = end;
  }
  const rest = assembler.flush(7, true);
  return rest === undefined ? lines : [...lines, rest];
}

const textsOf = (lines: readonly LogLine[]) => lines.map(({ text }) => text);
const of = (text: string | Buffer) => textsOf(cutAt(Buffer.from(text), []));

const mixed = 'first\nhéllo 日本 👍🏽\r\n\n\ttab\n10%\r20%\r100%\nred \u001b[31mtext\u001b[0m\nlast';
const mixedLines = ['first', 'héllo 日本 👍🏽', '', '\ttab', '100%', 'red text', 'last'];

describe('The lines of a log', () => {
  it('are plain text exactly where they hold printable ASCII and tabs, wherever they lie in memory', () => {
    const random = randomFrom(21);
    for (let round = 0; round < 4000; round += 1) {
      const whole = Buffer.alloc(80, 'a');
      for (let count = random(40); count > 0; count -= 1) whole[random(80)] = 0x20 + random(0x5f);
      if (round % 2 === 0) whole[random(80)] = random(256);
      const from = random(70);
      const bytes = whole.subarray(from, from + random(81 - from));
      const expected = bytes.toString('latin1');
      assert.equal(plainText(bytes), /[^\t\n\u0020-\u007e]/.test(expected) ? undefined : expected);
    }
  });

  it('are the same wherever the bytes are torn', () => {
    const bytes = Buffer.from(mixed);
    assert.deepEqual(of(mixed), mixedLines);
    for (let place = 0; place <= bytes.length; place += 1) {
      assert.deepEqual(textsOf(cutAt(bytes, [place])), mixedLines, `torn at ${String(place)}`);
    }
    const everywhere = Array.from({ length: bytes.length }, (_, at) => at);
    assert.deepEqual(textsOf(cutAt(bytes, everywhere)), mixedLines);
  });

  it('are the same in any pieces, and say where they stand', () => {
    const random = randomFrom(5);
    for (let round = 0; round < 300; round += 1) {
      const lines = Array.from({ length: 1 + random(20) }, () => 'aé日👍'.repeat(random(9)) + '.'.repeat(random(40)));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const places = Array.from({ length: random(12) }, () => random(bytes.length)).sort((a, b) => a - b);
      const made = cutAt(bytes, places);
      assert.deepEqual(textsOf(made), lines);
      for (const line of made) {
        const said = bytes.subarray(line.position.offset, line.next.offset).toString('utf8');
        assert.equal(said, `${line.text}\n`);
      }
    }
  });

  it('go over the end of a file', () => {
    const assembler = new LineAssembler(source);
    assert.deepEqual(assembler.push({ file: 3, offset: 90 }, Buffer.from('one h'), 1), []);
    const [line] = assembler.push({ file: 4, offset: 0 }, Buffer.from('alf\ntwo\n'), 2);
    assert.deepEqual(
      [line?.text, line?.position, line?.next, line?.atMs],
      ['one half', { file: 3, offset: 90 }, { file: 4, offset: 4 }, 2],
    );
  });

  it('are shown before their end has come, and go on without being repeated', () => {
    const assembler = new LineAssembler(source);
    const at = (offset: number): LogPosition => ({ file: 0, offset });
    const [full] = [...assembler.push(at(0), Buffer.from('whole\nPassw'), 1)];
    assert.equal(full?.text, 'whole');
    const open = assembler.flush(2);
    assert.deepEqual([open?.text, open?.open, open?.continued, open?.next], ['Passw', true, undefined, at(11)]);
    assert.equal(assembler.flush(3), undefined);
    const [end] = assembler.push(at(11), Buffer.from('ord: ok\nnext\n'), 4);
    assert.deepEqual([end?.text, end?.open, end?.continued], ['ord: ok', undefined, true]);
    assembler.push(at(24), Buffer.from('all of it'), 5);
    assert.equal(assembler.flush(6)?.text, 'all of it');
    // Its end alone is no line.
    assert.deepEqual(textsOf(assembler.push(at(33), Buffer.from('\nx\n'), 7)), ['x']);
  });

  it('hold a cut sequence back, so that nothing of one is ever read, wherever they are torn and shown before their end', () => {
    const link = '\u001b]8;;https://nomad.example/\u001b\\page\u001b]8;;\u0007';
    const colours = `a \u001b[1;31mréd\u001b[0m \u001b(B${link} \u001b=漢\u001b[38;5;196mx\u001b[K\u001b[0m!`;
    const bytes = Buffer.from(`${colours}\n`);
    for (let at = 1; at < bytes.length; at += 1) {
      const assembler = new LineAssembler(source);
      assembler.push({ file: 0, offset: 0 }, bytes.subarray(0, at), 1);
      const open = assembler.flush(1);
      const [rest] = assembler.push({ file: 0, offset: at }, bytes.subarray(at), 1);
      assert.equal(`${open?.text ?? ''}${rest?.text ?? ''}`, 'a réd page 漢x!', `torn at ${String(at)}`);
      // The end of a line alone is none.
      if (rest !== undefined) assert.equal(rest.continued, open === undefined ? undefined : true);
    }
    // What never ends is shown at the end, without what began it.
    const assembler = new LineAssembler(source);
    assembler.push({ file: 0, offset: 0 }, Buffer.from('text\u001b[38;5'), 1);
    assert.equal(assembler.flush(1)?.text, 'text');
    assert.equal(assembler.flush(1), undefined);
    assert.equal(assembler.flush(1, true)?.text, '');
  });

  it('hold a cut character back, and a return that may belong to the end', () => {
    const assembler = new LineAssembler(source);
    const smile = Buffer.from('👍');
    assembler.push({ file: 0, offset: 0 }, Buffer.concat([Buffer.from('a'), smile.subarray(0, 3)]), 1);
    assert.deepEqual([assembler.flush(1)?.text, assembler.flush(1)], ['a', undefined]);
    const [end] = assembler.push({ file: 0, offset: 4 }, Buffer.concat([smile.subarray(3), Buffer.from('\r')]), 1);
    assert.equal(end, undefined);
    const rest = assembler.flush(1);
    assert.deepEqual([rest?.text, rest?.continued, rest?.position], ['👍', true, { file: 0, offset: 1 }]);
    assert.deepEqual(assembler.push({ file: 0, offset: 6 }, Buffer.from('\n'), 1), []);
  });

  it('show of progress the state it is in, and keep no more than that', () => {
    const assembler = new LineAssembler(source, 100);
    let offset = 0;
    const push = (text: string) => {
      const bytes = Buffer.from(text);
      const lines = assembler.push({ file: 0, offset }, bytes, 1);
      offset += bytes.length;
      return lines;
    };
    for (let percent = 0; percent < 5000; percent += 1) assert.deepEqual(push(`${String(percent)} of 10000\r`), []);
    const shown = assembler.flush(1);
    assert.deepEqual([shown?.text, shown?.cutBytes], ['4999 of 10000', undefined]);
    push('\r5000 of 10000');
    const written = assembler.flush(1);
    // It is written over, not continued.
    assert.deepEqual([written?.text, written?.continued], ['5000 of 10000', undefined]);
    assert.deepEqual(textsOf(push('\rdone\n')), ['done']);
  });

  it('are cut where they are too long, and say by how much', () => {
    const assembler = new LineAssembler(source);
    const megabyte = Buffer.alloc(1024 * 1024, 'é');
    let offset = 0;
    for (let count = 0; count < 10; count += 1) {
      assert.deepEqual(assembler.push({ file: 0, offset }, megabyte, 1), []);
      offset += megabyte.length;
    }
    const [line, next] = assembler.push({ file: 0, offset }, Buffer.from('\nnext\n'), 1);
    assert.equal(line?.text, 'é'.repeat(32 * 1024));
    assert.equal(line.cutBytes, 10 * 1024 * 1024 - 64 * 1024);
    assert.deepEqual([next?.text, next?.cutBytes], ['next', undefined]);
  });

  it('without an end tell now and then how much of them was left out', () => {
    const assembler = new LineAssembler(source, 10);
    const push = (offset: number, length: number) => assembler.push({ file: 0, offset }, Buffer.alloc(length, 'x'), 1);
    push(0, 50);
    const first = assembler.flush(1);
    assert.deepEqual([first?.text, first?.cutBytes, first?.open], ['x'.repeat(10), 40, true]);
    push(50, 1000);
    assert.equal(assembler.flush(1), undefined);
    push(1050, 2_000_000);
    const second = assembler.flush(1);
    assert.deepEqual([second?.text, second?.cutBytes, second?.continued], ['', 2_001_000, true]);
    const [end] = assembler.push({ file: 0, offset: 2_001_050 }, Buffer.from('yyy\n'), 1);
    assert.deepEqual([end?.text, end?.cutBytes, end?.continued], ['', 3, true]);
  });

  it('are read as Latin-1 where they are no UTF-8, without throwing for any byte', () => {
    assert.deepEqual(of(Buffer.from('caf\xe9 cr\xe8me\n', 'latin1')), ['café crème']);
    // One stray byte doesn't garble the rest.
    const stray = Buffer.concat([Buffer.from('日本 '), Buffer.from([0xff]), Buffer.from(' é\n')]);
    assert.deepEqual(of(stray), ['日本 \ufffd é']);
    const random = randomFrom(9);
    for (let round = 0; round < 500; round += 1) {
      const bytes = Buffer.from(Array.from({ length: random(80) }, () => random(256)));
      const places = [random(bytes.length + 1), random(bytes.length + 1)].sort((a, b) => a - b);
      for (const text of textsOf(cutAt(bytes, places))) {
        // eslint-disable-next-line no-control-regex -- none may be left
        assert.doesNotMatch(text, /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
    }
  });

  it('say that they are no text where they hold NULs', () => {
    const [line] = cutAt(Buffer.from('ELF\u0000\u0001\u001b[31mx\n'), []);
    assert.deepEqual([line?.text, line?.binary], ['ELF␀␁␛[31mx', true]);
    const [long] = cutAt(Buffer.alloc(5000), []);
    assert.deepEqual([long?.text, long?.binary], ['␀'.repeat(1024), true]);
  });

  it('hold nothing that a terminal or an editor would carry out', () => {
    assert.deepEqual(of('a\u001b]0;title\u0007b\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\c\n'), ['ablinkc']);
    assert.deepEqual(of('\u001b[2J\u001b[1;1Hclear\u001b(B\u001b=\u001b>\u001bc\n'), ['clear']);
    assert.deepEqual(of('\u001bP1$r0m\u001b\\dcs \u001b_apc\u001b\\x\u001b[38;5;1\n'), ['dcs x']);
    // What never ends hides nothing of what follows it.
    assert.deepEqual(of('\u001b]0;never ended\n'), ['0;never ended']);
    assert.deepEqual(of('bell\u0007 back\b\u202eabc\n'), ['bell backabc']);
  });

  it('begin with a whole one after bytes are missing', () => {
    const assembler = new LineAssembler(source);
    assembler.push({ file: 0, offset: 0 }, Buffer.from('begun'), 1);
    assembler.skip();
    const lines = assembler.push({ file: 0, offset: 100 }, Buffer.from('the rest\nnext\n'), 1);
    assert.deepEqual(
      lines.map(({ text, position }) => [text, position.offset]),
      [['next', 109]],
    );
  });
});
