/** Sizes and marks of the two records that list what a zip file holds (APPNOTE.TXT, 4.3.12 and 4.3.16). */
const endMark = 0x06054b50;
const endLength = 22;
const entryMark = 0x02014b50;
const entryLength = 46;

/**
 * The names of all files in a zip file, in its order.
 *
 * @throws Error when it is none, or has more than 65,535 files
 */
export function namesInZip(zip: Buffer): string[] {
  let end = zip.length - endLength;
  while (end >= 0 && zip.readUInt32LE(end) !== endMark) end -= 1;
  if (end < 0) throw new Error('This is not a zip file.');
  const count = zip.readUInt16LE(end + 10);
  if (count === 0xffff) throw new Error('This zip file has more files than its short list can count.');
  const names: string[] = [];
  for (let at = zip.readUInt32LE(end + 16); names.length < count;) {
    if (zip.readUInt32LE(at) !== entryMark) throw new Error('The list of this zip file is broken.');
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    names.push(zip.toString('utf8', at + entryLength, at + entryLength + name));
    at += entryLength + name + extra + comment;
  }
  return names;
}
