import * as vscode from 'vscode';

/** How an editor stands to the end of its document. */
interface Place {
  follows: boolean;
  /** The first line that was visible. */
  first: number;
  /** When the end was shown last by us. */
  revealedMs: number;
  /** Where it was scrolled up to while we were about to show the end. */
  backTo?: number | undefined;
}

/** The window takes no longer to show what it was told to. */
const underWayMs = 500;

/**
 * Keeps editors of a growing document at its end: as soon as one is scrolled up it stays where it is, and goes on once it is
 * back at the end. VS Code tells which lines are visible, not why, so scrolling up is what makes the first of them a smaller one.
 */
export class AtEnd {
  readonly #places = new WeakMap<vscode.TextEditor, Place>();
  /** What an editor begins with that shows the document anew. */
  #follows = true;

  /** Whether any of these editors is at the end, or there is none. */
  follows(editors: readonly vscode.TextEditor[]): boolean {
    return editors.length === 0 ? this.#follows : editors.every((editor) => this.#placeOf(editor).follows);
  }

  /** Takes what became visible. @returns whether an editor follows now that did not, or the other way round */
  scrolled({ textEditor: editor, visibleRanges }: vscode.TextEditorVisibleRangesChangeEvent): boolean {
    const place = this.#placeOf(editor);
    const before = place.follows;
    const first = visibleRanges[0]?.start.line ?? 0;
    const last = visibleRanges.at(-1)?.end.line ?? 0;
    if (last >= editor.document.lineCount - 1) this.#reachedEnd(editor, place);
    else if (first < place.first) {
      place.follows = false;
      place.backTo = Date.now() - place.revealedMs < underWayMs ? first : undefined;
    }
    place.first = first;
    this.#follows = place.follows;
    return before !== place.follows;
  }

  /** By the person, or by us, who did not know yet that somebody was scrolling up: then that counts. */
  #reachedEnd(editor: vscode.TextEditor, place: Place): void {
    const { backTo, revealedMs } = place;
    place.backTo = undefined;
    place.follows = backTo === undefined || Date.now() - revealedMs >= underWayMs;
    if (!place.follows && backTo !== undefined) {
      editor.revealRange(new vscode.Range(backTo, 0, backTo, 0), vscode.TextEditorRevealType.AtTop);
    }
  }

  /** So many lines go at the start: what is visible will be told with smaller numbers. */
  willTrim(editors: readonly vscode.TextEditor[], gone: number): void {
    for (const editor of editors) this.#placeOf(editor).first -= gone;
  }

  /** Shows the end where it is followed, unless something is selected there. */
  reveal(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const place = this.#placeOf(editor);
      if (!place.follows || !editor.selection.isEmpty) continue;
      place.revealedMs = Date.now();
      revealEnd(editor);
    }
  }

  /** Goes to the end, and follows from then on. */
  go(editors: readonly vscode.TextEditor[]): void {
    this.#follows = true;
    for (const editor of editors) {
      const place = this.#placeOf(editor);
      place.follows = true;
      // Whoever wants to be at the end no longer wants to be where it was scrolled up to.
      place.backTo = undefined;
      const end = endOf(editor.document);
      editor.selection = new vscode.Selection(end, end);
      revealEnd(editor);
    }
  }

  #placeOf(editor: vscode.TextEditor): Place {
    let place = this.#places.get(editor);
    if (place === undefined) {
      place = { follows: this.#follows, first: editor.visibleRanges[0]?.start.line ?? 0, revealedMs: 0 };
      this.#places.set(editor, place);
    }
    return place;
  }
}

function revealEnd(editor: vscode.TextEditor): void {
  const end = endOf(editor.document);
  editor.revealRange(new vscode.Range(end, end));
}

function endOf(document: vscode.TextDocument): vscode.Position {
  return new vscode.Position(document.lineCount - 1, 0);
}
