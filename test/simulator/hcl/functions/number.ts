import { asNumber, asText, define, type HclFunction } from './catalog.ts';

function parseInteger(text: string, base: number): number {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base);
  const valid = new RegExp(`^-?[${digits}]+$`, 'i').test(text);
  if (!valid) throw new Error(`cannot parse ${JSON.stringify(text)} as a base ${String(base)} integer`);
  return Number.parseInt(text, base);
}

function extreme(pick: (...values: number[]) => number): HclFunction {
  return define('numbers:number...', (...values) => {
    if (values.length === 0) throw new Error('must pass at least one number');
    return pick(...values.map(asNumber));
  });
}

export const numberFunctions: Readonly<Record<string, HclFunction>> = {
  abs: define('num:number', (num) => Math.abs(asNumber(num))),
  ceil: define('num:number', (num) => Math.ceil(asNumber(num))),
  floor: define('num:number', (num) => Math.floor(asNumber(num))),
  log: define('num:number base:number', (num, base) => Math.log(asNumber(num)) / Math.log(asNumber(base))),
  pow: define('num:number power:number', (num, power) => asNumber(num) ** asNumber(power)),
  signum: define('num:number', (num) => Math.sign(asNumber(num))),
  parseint: define('number:text base:number', (number, base) => parseInteger(asText(number), asNumber(base))),
  max: extreme(Math.max),
  min: extreme(Math.min),
};
