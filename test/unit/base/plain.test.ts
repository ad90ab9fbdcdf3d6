import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fileName, inOneLine, label, plain, printable } from '../../../src/base/plain.ts';

/** As VS Code 1.105 to 1.139 finds links in messages and prompts. */
const linkOfMessages = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

/** As it finds icons in lists, prompts and the status bar; one that is escaped is left as text. */
const drawnIcon = /(?<!\\)\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

describe('plain text', () => {
  it('turns separators into a space and drops other control characters', () => {
    assert.equal(printable('a\tb\r\nc\u2028d'), 'a b c d');
    assert.equal(printable('a\u0000b\u0007c\u0085d'), 'abc d');
  });

  it('drops marks of direction and what can not be seen', () => {
    assert.equal(printable('a\u202eb\u2066c\u200bd\ufeffe\u{e0041}f\u00adg'), 'abcdefg');
  });

  it('drops the sequences of a terminal as a whole', () => {
    assert.equal(
      printable('\u001b[31mred\u001b[0m \u001b]0;title\u0007x \u009b2Jy \u001b]8;;http://e.example\u001b\\z'),
      'red x y z',
    );
  });

  it('is one part of a sentence, and of a path, without them too', () => {
    assert.equal(inOneLine(' a\n\t b\u001b[31m \u202ec\u2028 '), 'a b c');
    assert.equal(fileName('jobs/web\u202e:gpj.\u001b[31m*'), 'jobs∕web∕gpj.∕');
    assert.deepEqual(['.', '..', 'a.b'].map(fileName), ['_', '_', 'a.b']);
  });

  it('keeps slashes, spaces, accents, wide characters and joined emoji', () => {
    const text = 'tm/über web 日本 %2F 👩‍🚀 می‌خواهم';
    assert.equal(label(text), text);
  });

  const links = [
    '[text](command:workbench.action.terminal.sendSequence?%7B%7D)',
    '[text](COMMAND:nomad.stopJob)',
    '[text](vscode:extension/x.y)',
    '[text](vscode-insiders://x)',
    '[text](file:///etc/passwd)',
    '[text](http://e.example "a title")',
    '[a[b](https://e.example)',
    '[a]([b](command:x)',
    '[te\nxt](command:x)',
    '[text]\u200b(command:x)',
    '[text](\u202ecommand:x)',
    '[text](co\u0000mmand:x)',
    '[text](\ncommand:x)',
    '[text]\u001b[0m(command:x)',
    '](command:x)[a](command:y)](command:z)',
  ];
  for (const text of links) {
    it(`leaves no link in ${JSON.stringify(text)}`, () => {
      for (const made of [plain(text), label(text)]) {
        assert.equal(/\]\(\s*[a-z][\w+.-]*:/i.test(made), false, made);
        assert.deepEqual([...made.matchAll(linkOfMessages)], []);
      }
    });
  }

  it('leaves a link readable, and what is none as it is', () => {
    assert.equal(plain('see [this](command:x)'), 'see [this] (command:x)');
    assert.equal(plain('app[0](canary) and f[1](2)'), 'app[0](canary) and f[1](2)');
  });

  it('draws no icon, also of one that is escaped already', () => {
    assert.equal(label('$(flame) $(sync~spin) $( x) $5 $(date +%s)'), '\\$(flame) \\$(sync~spin) $( x) $5 $(date +%s)');
    for (const text of ['$(x)', '$\u200b(x)', '$$(x)', 'a$(trash)$(x)']) assert.doesNotMatch(label(text), drawnIcon);
  });

  it('leaves icons alone where none is drawn', () => {
    assert.equal(plain('echo $(date)'), 'echo $(date)');
  });

  it('does not change what it has made', () => {
    for (const text of [...links, 'a\tb', '$5']) assert.equal(plain(plain(text)), plain(text));
  });
});
