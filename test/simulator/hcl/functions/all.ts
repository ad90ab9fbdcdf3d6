import { define, type Functions } from './catalog.ts';
import { collectionFunctions } from './collection.ts';
import { encodingFunctions } from './encoding.ts';
import { numberFunctions } from './number.ts';
import { textFunctions } from './text.ts';

const attempt = { ...define('expressions:any...', () => null), attempts: true };

/**
 * The functions a jobspec may call. Left out of Nomad's list, as nothing here needs them: bcrypt, rsadecrypt, the cidr
 * family, convert, formatdate, uuidv5 and YAML.
 */
export const functions: Functions = new Map([
  ...Object.entries(textFunctions),
  ...Object.entries(collectionFunctions),
  ...Object.entries(numberFunctions),
  ...Object.entries(encodingFunctions),
  ['try', attempt],
  ['can', attempt],
]);
