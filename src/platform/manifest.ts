/** A command as VS Code lists it; its id is `nomad.` and its name, its category `Nomad`. */
interface ManifestCommand {
  readonly title: string;
  /** A codicon, `$(play)`. */
  readonly icon?: string;
  /** Beside the trust of the workspace, which commands that change a cluster need anyway. */
  readonly enablement?: string;
}

/** Where a command is offered. */
interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

/**
 * The part of `contributes` in `package.json` that a feature brings, in VS Code's words
 * (https://code.visualstudio.com/api/references/contribution-points). Lists of all features are put together in the order
 * in which the features are.
 */
export interface FeatureManifest {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  readonly keybindings?: readonly Readonly<Record<string, string>>[];
  readonly viewsContainers?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly views?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly viewsWelcome?: readonly Readonly<Record<string, string>>[];
  readonly configuration?: {
    readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly languages?: readonly Readonly<Record<string, unknown>>[];
  readonly grammars?: readonly Readonly<Record<string, unknown>>[];
  readonly snippets?: readonly Readonly<Record<string, string>>[];
  readonly configurationDefaults?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
