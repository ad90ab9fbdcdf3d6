import type { Attempted } from '../platform/attempt.ts';
import type { commandNames } from '../platform/commandNames.ts';
import type { CommandManifest } from '../platform/manifest.ts';
import type { Place } from '../state/tables/place.ts';
import type { Connected, Workbench } from './workbench.ts';

/**
 * What a command may do to a cluster: nothing, change what runs there, or end something that runs. What isn't `read` takes
 * a workspace that is trusted, and a question first.
 */
export type Effect = 'read' | 'change' | 'destroy';

/**
 * What the gate is to know of a command. It has to work from the palette, a row, a lens, a keybinding and a selection of
 * rows: the argument may be missing, or name something that is gone.
 */
export interface CommandEntry {
  /** Ends the sentence "Could not …". */
  readonly doing: string;
  /** Before the name of the cluster; `on` where undefined. */
  readonly joint?: string;
  readonly effect: Effect;
  /** `never` for what a person sees and leaves, as a shell. */
  readonly confirm?: 'never';
  /** It is given one with its first snapshot. */
  readonly needs?: 'cluster';
  /**
   * What of a cluster it is about, if anything: a `row`, on which it is called, or from the palette, and from no other menu;
   * a `jobspec`, which says itself where it belongs; an `object`, from wherever it is called; or an `agent`, or a `node` as a
   * `row`, which are in no namespace.
   */
  readonly about?: 'row' | 'jobspec' | 'object' | 'agent' | 'node';
}

/** What is about to be done to a cluster: what the question says before it, and what is told of its failure. */
export interface Deed {
  /** `Stop web`: the question adds the cluster. */
  readonly title: string;
  /** None for what is in no namespace. */
  readonly place?: Place;
  /** What will happen, in numbers: a paragraph that goes on after the place, or lines below it. */
  readonly detail: string | readonly string[];
  /** The verb. */
  readonly button: string;
  /** A second way that is not the deed itself, such as `Show plan`. */
  readonly other?: { readonly title: string; readonly run: () => unknown };
  /** Asked with a sign of warning, as where it will not go as a person may expect. */
  readonly grave?: boolean;
  /** `Stopping web`, while it is done. */
  readonly progress: string;
  /** Where the entry of the command says too little. */
  readonly attempted?: Attempted;
  /** Does it. What it returns follows when the progress is over. Not cancellable: a write that was sent may have been done. */
  readonly act: () => Promise<(() => unknown) | undefined>;
  /** In any case, whether it was done, refused or left. */
  readonly end?: () => void;
}

/** A command's body. One that changes a cluster doesn't do so itself: it says what is about to be done, or nothing. */
export type Handler<Entry extends CommandEntry> = (
  given: Entry extends { readonly needs: 'cluster' } ? Connected : Workbench,
  argument: unknown,
  selection: unknown,
) => Entry extends { readonly effect: 'read' } ? unknown : Promise<Deed | undefined>;

/** A command with its body, of whatever kind. */
export interface Command {
  readonly entry: CommandEntry;
  readonly body: (given: Connected, argument: unknown, selection: unknown) => unknown;
}

/** Holds the body of a command against what its entry says. */
export function command<Entry extends CommandEntry>(entry: Entry, body: Handler<Entry>): Command {
  // Such a body takes what the gate gives it, as its type says.
  return { entry, body };
}

/** The commands of a feature. VS Code is told of each of them; what it is told isn't loaded. */
export type CommandsOf<Manifests extends Readonly<Record<string, CommandManifest>>> = {
  readonly [Name in keyof Manifests]: Command;
};

type Names = typeof commandNames;

/** How each feature is read from disk, which happens with the first call of one of its commands. */
export type Features = {
  readonly [Feature in keyof Names]: () => Promise<{
    readonly commands: Readonly<Record<Names[Feature][number], Command>>;
  }>;
};

/** A part of what commands are given, by names: a command takes no more than it needs. */
export type Uses<Name extends keyof Connected> = Pick<Connected, Name>;
