import type { Attempted } from '../platform/attempt.ts';
import type { Place } from '../state/tables/place.ts';
import type { Connected, Workbench } from './workbench.ts';

/**
 * What a command may do to a cluster: nothing, change what runs there, or end something that runs. What isn't `read` takes
 * a workspace that is trusted, and a question first.
 */
export type Effect = 'read' | 'change' | 'destroy';

/**
 * What is known of a command before its code is read from disk. It has to work from the palette, a row, a lens, a
 * keybinding and a selection of rows: the argument may be missing, or name something that is gone.
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
  /** Called on rows and from the palette, and from no other menu; or about a jobspec, which says itself where it belongs. */
  readonly about?: 'row' | 'jobspec';
}

/** What is about to be done to a cluster: what the question says before it, and what is told of its failure. */
export interface Deed {
  /** `Stop web`: the question adds the cluster. */
  readonly title: string;
  readonly place: Place;
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

type Entries = Readonly<Record<string, CommandEntry>>;

/** The commands of one feature, by the last part of their ids, and how to read what they do. */
export interface Feature<All extends Entries = Entries> {
  readonly commands: All;
  readonly read: () => Promise<{ readonly handlers: { readonly [Name in keyof All]: Handler<All[Name]> } }>;
}

/** Holds the bodies of a feature's commands against what their entries say. */
export function feature<const All extends Entries>(commands: All, read: Feature<All>['read']): Feature<All> {
  return { commands, read };
}

/** A part of what commands are given, by names: a command takes no more than it needs. */
export type Uses<Name extends keyof Connected> = Pick<Connected, Name>;
