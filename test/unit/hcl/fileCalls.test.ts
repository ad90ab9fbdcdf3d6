import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { read, textAt } from './parser.ts';

/** Each call of a text as `name` where Nomad surely refuses it, and `name?` where it may not. */
async function calls(text: string): Promise<string[]> {
  const { fileCalls } = await read(text);
  return fileCalls.map(({ name, isRefused }) => (isRefused ? name : `${name}?`));
}

const inTask = (value: string) =>
  `job "web" {\n  group "app" {\n    task "t" {\n      template {\n        data = ${value}\n      }\n    }\n  }\n}\n`;

describe('functions that read files', () => {
  it('are found where they are called, with what to do', async () => {
    const text = inTask('file("conf/server.conf")');
    const { fileCalls } = await read(text);
    assert.deepEqual(
      fileCalls.map(({ range }) => textAt(text, range)),
      ['file("conf/server.conf")'],
    );
    const message = fileCalls[0]?.message ?? '';
    assert.match(message, /^file\(\) can't be used here\. Only Nomad's CLI reads files/);
    assert.match(message, /Write the content into the jobspec \(<<EOT\), pass it as a variable, or use the CLI\.$/);
  });

  it('are found in every expression that Nomad works out', async () => {
    const found: [value: string, calls: string[]][] = [
      ['filebase64("x")', ['filebase64']],
      ['fileset(".", "*")', ['fileset']],
      ['fileexists("x") && true', ['fileexists']],
      ['"${file("a")}-${upper(file ("b"))}"', ['file', 'file']],
      ['<<EOT\n${file("a")}\nEOT', ['file']],
      ['[dirname("a/b"), { x = basename("a") }]', ['dirname', 'basename']],
      ['join("", [abspath("x"), pathexpand("~")])', ['abspath', 'pathexpand']],
      ['true ? "a" : file("x")', ['file?']],
      ['try(file("x"), "none")', ['file?']],
      ['[for f in ["a"] : file(f)]', ['file?']],
      ['"%{ if true }${file("x")}%{ endif }"', ['file?']],
    ];
    for (const [value, expected] of found) assert.deepEqual(await calls(inTask(value)), expected, value);
    assert.deepEqual(await calls('locals {\n  conf = file("x")\n}\njob "web" {\n}\n'), ['file']);
    const dynamic =
      'job "web" {\n  dynamic "group" {\n    for_each = []\n    content {\n      x = file("a")\n    }\n  }\n}\n';
    assert.deepEqual(await calls(dynamic), ['file?']);
  });

  it('are none where nothing is called, or where the CLI has none either', async () => {
    const none = [
      inTask('"file(\\"x\\")"'),
      inTask('<<EOT\nfile("x")\n$${file("x")}\n{{ file "x" }}\nEOT'),
      inTask('templatefile("x", {})'),
      inTask('myfile("x")'),
      '# file("x")\n// file("x")\n/* file("x") */\njob "web" {\n  file = "x"\n}\n',
      'variable "x" {\n  default = file("x")\n}\njob "web" {\n}\n',
      'variable "x" {\n  validation {\n    condition = fileexists(var.x)\n    error_message = "x"\n  }\n}\njob "web" {\n}\n',
      '{"job": {"web": {"meta": {"x": "${file(\\"a\\")}"}}}}',
    ];
    for (const text of none) assert.deepEqual(await calls(text), [], text);
  });
});
