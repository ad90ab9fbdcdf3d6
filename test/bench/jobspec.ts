import { readJobspec } from '../../src/hcl/jobspec.ts';
import { JobspecParser } from '../../src/hcl/syntax/parse.ts';
import { wasm } from '../unit/hcl/parser.ts';
import { compare } from './figures.ts';
import type { Bench } from './figures.ts';

const lineCount = 5000;

/** Reading a jobspec of 5,000 lines, as after every pause in typing. */
export const jobspec: Bench = {
  name: 'jobspec',
  async run() {
    const parser = await JobspecParser.load(wasm);
    try {
      const text = longJobspec();
      // Where somebody has just typed a block: its brace isn't closed yet.
      const broken = text.replace('task "task-20" {', 'task "task-20" {\n      env {');
      const parse = () => {
        parser.parse(text).dispose();
      };
      const sound = await compare(15, scanning(parser, text, true), parse);
      const unsound = await compare(15, scanning(parser, broken, false), parse);
      return [
        { name: 'jobspec.scan', unit: 'ms', value: sound.ms },
        { name: 'jobspec.scanOverParsing', unit: '×', value: sound.ratio },
        { name: 'jobspec.scanBrokenOverParsing', unit: '×', value: unsound.ratio },
      ];
    } finally {
      parser.dispose();
    }
  },
};

function scanning(parser: JobspecParser, text: string, sound: boolean): () => void {
  return () => {
    const { jobs, problems } = readJobspec(parser, text);
    if (jobs.length !== 1 || (problems.length === 0) !== sound) throw new Error('The jobspec was misread.');
  };
}

function longJobspec(): string {
  const lines = ['job "long" {', '  datacenters = ["dc1"]'];
  for (let at = 0; lines.length < lineCount - 20; at += 1) lines.push(...groupLines(at));
  return [...lines, '}', ''].join('\n');
}

function groupLines(at: number): string[] {
  const name = String(at);
  return [
    `  group "group-${name}" {`,
    '    count = 3',
    '    network {',
    `      port "http" { to = ${String(8000 + at)} }`,
    '    }',
    `    task "task-${name}" {`,
    '      driver = "docker"',
    '      config {',
    '        image = "registry.example/app:${var.version}"',
    '        ports = ["http"]',
    '      }',
    '      env {',
    ...Array.from({ length: 10 }, (_, number) => `        NAME_${String(number)} = "value ${String(number)}"`),
    '      }',
    '      resources {',
    '        cpu    = 100 # MHz',
    '        memory = 256',
    '      }',
    '    }',
    '  }',
  ];
}
