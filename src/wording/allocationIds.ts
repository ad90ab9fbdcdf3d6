/** What may be the id of an allocation in a text, whole or its first eight characters. */
export interface IdPlace {
  readonly start: number;
  readonly end: number;
  /** In small letters, as Nomad has them. */
  readonly id: string;
}

/** A whole id may follow a name and a dash, as in the names of containers: `main-8c98f833-…`. */
const pattern =
  /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])|(?<![\w-])[0-9a-f]{8}(?![\w-])/gi;

/** Reading longer lines to their end would hold the window up. */
const longest = 4000;

/** More than that is a dump, in which nobody looks for one. */
const most = 100;

/** Where a line may name allocations: a hash of the same length looks the same, so whoever shows it has to know them. */
export function allocationIds(line: string): readonly IdPlace[] {
  const places: IdPlace[] = [];
  for (const match of line.slice(0, longest).matchAll(pattern)) {
    const [id] = match;
    places.push({ start: match.index, end: match.index + id.length, id: id.toLowerCase() });
    if (places.length === most) break;
  }
  return places;
}
