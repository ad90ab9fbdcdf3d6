/** Nomad keeps some 150 digits; texts of numbers longer than this are left to it. */
const mostDigits = 100;

/**
 * A number as Nomad makes a text of it: all digits, no exponent, no zeros at the end. Undefined for what is no decimal
 * number, or has too many digits.
 */
export function decimal(text: string): string | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > mostDigits || whole.length + fraction.length > mostDigits) return undefined;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const right = point >= 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0');
  const number = left.replace(/^0+(?=\d)/, '') + `.${right}`.replace(/\.?0*$/, '');
  return number === '0' ? '0' : sign + number;
}
