import * as vscode from 'vscode';
import { Lifetime, type Disposable } from '../../base/lifetime.ts';
import { commands, schemes } from '../../platform/contributions.ts';
import { documentOf } from '../../platform/documentUri.ts';
import type { Cluster } from '../../state/clusters/cluster.ts';
import type { OpenClusters } from '../../state/clusters/openClusters.ts';
import { namedAllocations } from '../../state/tables/namedAllocations.ts';
import { allocationIds, type IdPlace } from '../../wording/allocationIds.ts';

/** Documents in which allocations are named. */
const selector = [schemes.logs, schemes.output, schemes.events].map((scheme) => ({ scheme }));

/** Of a long document so many lines around those that are seen are looked at: VS Code asks again with each change. */
const margin = 500;

/** What a link says of an allocation, as an argument of a command. */
interface LinkedAllocation {
  readonly cluster: string;
  readonly job: string;
  readonly allocation: string;
}

interface Link extends vscode.TerminalLink {
  readonly of: LinkedAllocation;
}

type Found = IdPlace & { readonly of: LinkedAllocation };

/**
 * Ids of allocations lead to what happened to these, in any terminal and in our documents. Only those that an open cluster
 * has are links, since commits and many other things look the same. Nothing is asked of a cluster for it.
 */
export class AllocationLinks implements vscode.TerminalLinkProvider<Link>, vscode.DocumentLinkProvider, Disposable {
  readonly #clusters: OpenClusters;
  readonly #life = new Lifetime();

  constructor(clusters: OpenClusters) {
    this.#clusters = clusters;
    this.#life.own(vscode.window.registerTerminalLinkProvider(this));
    this.#life.own(vscode.languages.registerDocumentLinkProvider(selector, this));
  }

  provideTerminalLinks({ line }: vscode.TerminalLinkContext): Link[] {
    const [found = []] = find([line], this.#clusters.all);
    return found.map(({ start, end, of }) => ({ startIndex: start, length: end - start, tooltip: words(of), of }));
  }

  async handleTerminalLink({ of }: Link): Promise<void> {
    await vscode.commands.executeCommand(commands.showEvents, of);
  }

  /** A document is of one cluster, and names what is there. */
  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { cluster: id = '' } = documentOf(document.uri);
    const cluster = this.#clusters.get(id);
    if (cluster === undefined) return [];
    const [first, last] = seenLines(document);
    const lines = Array.from({ length: last - first + 1 }, (_, at) => document.lineAt(first + at).text);
    return find(lines, [cluster]).flatMap((found, at) =>
      found.map(({ start, end, of }) => linkOf(new vscode.Range(first + at, start, first + at, end), of)),
    );
  }

  dispose(): void {
    this.#life.dispose();
  }
}

/** In each of the lines. */
function find(lines: readonly string[], clusters: readonly Cluster[]): readonly (readonly Found[])[] {
  const places = lines.map(allocationIds);
  const names = new Set(places.flat().map(({ id }) => id));
  if (names.size === 0) return [];
  const known = new Map<string, LinkedAllocation>();
  for (const { id: cluster, store } of clusters) {
    for (const [name, { id, jobKey }] of namedAllocations(store, names))
      known.set(name, { cluster, job: jobKey, allocation: id });
  }
  return places.map((all) =>
    all.flatMap((place) => {
      const of = known.get(place.id);
      return of === undefined ? [] : [{ ...place, of }];
    }),
  );
}

/** The first and the last line to be looked at. */
function seenLines(document: vscode.TextDocument): readonly [number, number] {
  const end = document.lineCount - 1;
  const ranges = vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges);
  if (ranges.length === 0) return [Math.max(0, end - margin), end];
  const first = Math.min(...ranges.map(({ start }) => start.line));
  const last = Math.max(...ranges.map(({ end: { line } }) => line));
  return [Math.max(0, first - margin), Math.min(end, last + margin)];
}

function linkOf(range: vscode.Range, of: LinkedAllocation): vscode.DocumentLink {
  const given = encodeURIComponent(JSON.stringify([of]));
  const link = new vscode.DocumentLink(range, vscode.Uri.parse(`command:${commands.showEvents}?${given}`));
  link.tooltip = words(of);
  return link;
}

/** VS Code reads it as Markdown: an id has letters and digits alone, which the name of a job need not. */
function words({ allocation }: LinkedAllocation): string {
  return `Show state and events of allocation ${allocation.slice(0, 8)}`;
}
