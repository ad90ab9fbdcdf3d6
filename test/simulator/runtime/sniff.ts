const text = 'text/plain; charset=utf-8';

const signatures: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('%PDF-'), 'application/pdf'],
  [Buffer.from('89504e470d0a1a0a', 'hex'), 'image/png'],
  [Buffer.from('ffd8ff', 'hex'), 'image/jpeg'],
  [Buffer.from('GIF87a'), 'image/gif'],
  [Buffer.from('GIF89a'), 'image/gif'],
  [Buffer.from('1f8b08', 'hex'), 'application/x-gzip'],
  [Buffer.from('504b0304', 'hex'), 'application/zip'],
  [Buffer.from('efbbbf', 'hex'), text],
];

/** The content type that Go's server guesses from the first 512 bytes. */
export function sniffContentType(start: Buffer): string {
  for (const [signature, type] of signatures) {
    if (start.subarray(0, signature.length).equals(signature)) return type;
  }
  const opening = start.toString('latin1').trimStart().toLowerCase();
  if (/^<(!doctype html|html|head|script|body|title|table|h1|div|p|a|br|!--)[\s>]/.test(opening)) {
    return 'text/html; charset=utf-8';
  }
  if (opening.startsWith('<?xml')) return 'text/xml; charset=utf-8';
  return start.some(isBinary) ? 'application/octet-stream' : text;
}

// Control characters that no text holds: not tab, line feed, form feed, carriage return or escape.
const isBinary = (byte: number): boolean =>
  byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
