import { fileName } from '../../base/plain.ts';

/** In bytes: what file systems hold at most. */
const longest = 255;

/** Windows takes these for devices, whatever their ending. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The name of a file of a cluster on this machine: itself wherever that can hold it. What would be a path, or another
 * place than where it belongs, is never taken as it is.
 */
export function localName(name: string, platform: NodeJS.Platform): string {
  const isPath = name === '' || /^\.+$/.test(name) || /[/\0]/.test(name);
  const held = platform === 'win32' || isPath ? windowsName(fileName(name), platform) : name;
  return Buffer.byteLength(held) <= longest ? held : shortened(held);
}

function windowsName(name: string, platform: NodeJS.Platform): string {
  const held = name === '' ? '_' : name;
  if (platform !== 'win32') return held;
  const ended = held.replace(/[. ]+$/, (end) => '_'.repeat(end.length));
  return devices.test(ended) ? `_${ended}` : ended;
}

/** As many whole characters as there is room for. */
function shortened(name: string): string {
  let length = 0;
  let kept = '';
  for (const character of name) {
    length += Buffer.byteLength(character);
    // Room for a number.
    if (length > longest - 10) return kept;
    kept += character;
  }
  return kept;
}

/** `app.log` as the second of its name: `app (2).log`. */
export function numbered(name: string, count: number): string {
  if (count === 1) return name;
  const dot = name.lastIndexOf('.');
  const at = dot > 0 ? dot : name.length;
  return `${name.slice(0, at)} (${String(count)})${name.slice(at)}`;
}
