import { createHash, randomUUID } from 'node:crypto';
import type { Value } from '../values.ts';
import { asText, define, type HclFunction } from './catalog.ts';
import { toJson } from './json.ts';

function digest(algorithm: string): HclFunction {
  return define('str:text', (str) => createHash(algorithm).update(asText(str)).digest('hex'));
}

function decodeBase64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('failed to decode base64 data');
  return bytes.toString();
}

function decodeCsv(text: string): Value {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])));
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function addTime(timestamp: string, duration: string): string {
  let ms = 0;
  for (const [, amount = '', unit = ''] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    ms += Number(amount) * (unitsMs[unit] ?? 0);
  const time = new Date(Date.parse(timestamp) + (duration.startsWith('-') ? -ms : ms));
  return time.toISOString().replace('.000Z', 'Z');
}

function disabled(parameters: string): HclFunction {
  return define(parameters, () => {
    throw new Error('filesystem function disabled');
  });
}

export const encodingFunctions: Readonly<Record<string, HclFunction>> = {
  jsonencode: define('val:any', (value) => toJson(value ?? null)),
  jsondecode: define('str:text', (str) => JSON.parse(asText(str)) as Value),
  base64encode: define('str:text', (str) => Buffer.from(asText(str)).toString('base64')),
  base64decode: define('str:text', (str) => decodeBase64(asText(str))),
  urlencode: define('str:text', (str) => encodeURIComponent(asText(str)).replaceAll('%20', '+')),
  csvdecode: define('str:text', (str) => decodeCsv(asText(str))),
  md5: digest('md5'),
  sha1: digest('sha1'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
  uuidv4: define('', () => randomUUID()),
  timeadd: define('timestamp:text duration:text', (timestamp, duration) =>
    addTime(asText(timestamp), asText(duration)),
  ),
  abspath: disabled('path:text'),
  basename: disabled('path:text'),
  dirname: disabled('path:text'),
  file: disabled('path:text'),
  filebase64: disabled('path:text'),
  fileexists: disabled('path:text'),
  fileset: disabled('path:text pattern:text'),
  pathexpand: disabled('path:text'),
};
