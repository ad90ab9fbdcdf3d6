/** Where a command is offered. */
interface MenuItem {
  readonly when?: string;
  readonly group?: string;
}

/** A key that calls a command. */
interface Keybinding {
  readonly key: string;
  readonly mac?: string;
  readonly when: string;
  /** What the command is given. */
  readonly args?: string;
}

/** What VS Code is told of a command; its id is `nomad.` and its name, its category `Nomad`. */
export interface CommandManifest {
  readonly title: string;
  /** A codicon, `$(play)`. */
  readonly icon?: string;
  /** Beside the trust of the workspace, which commands that change a cluster need anyway. */
  readonly enablement?: string;
  readonly menus?: Readonly<Record<string, readonly MenuItem[]>>;
  readonly keybindings?: readonly Keybinding[];
}

/**
 * What a feature brings to `contributes` in `package.json` beside its commands, in VS Code's words
 * (https://code.visualstudio.com/api/references/contribution-points). Lists of all features are put together in the order
 * in which the features are.
 */
export interface FeatureManifest {
  /** Of commands that aren't ours. */
  readonly menus?: Readonly<Record<string, readonly (MenuItem & { readonly command: string })[]>>;
  readonly viewsContainers?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly views?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
  readonly viewsWelcome?: readonly Readonly<Record<string, string>>[];
  readonly configuration?: {
    readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly languages?: readonly Readonly<Record<string, unknown>>[];
  readonly grammars?: readonly Readonly<Record<string, unknown>>[];
  readonly snippets?: readonly Readonly<Record<string, string>>[];
  readonly terminal?: {
    readonly profiles: readonly { readonly id: string; readonly title: string; readonly icon: string }[];
  };
  readonly configurationDefaults?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a view says of the connection that stands beside the one of the jobs, which tells more. */
export function statesBeside(view: string): NonNullable<FeatureManifest['viewsWelcome']> {
  return [
    { view, contents: 'Connecting.', when: "nomad.state == 'connecting'" },
    {
      view,
      contents: 'The cluster asks for a token.\n[Set token](command:nomad.setToken)',
      when: "nomad.state == 'noToken'",
    },
    {
      view,
      contents:
        'Your token is kept back: the settings of this workspace decide which server is trusted at this address.\n[Send the token](command:nomad.sendToken)',
      when: "nomad.state == 'withheld'",
    },
    {
      view,
      contents:
        'The token may not read this here.\n[Set token](command:nomad.setToken)\n[Choose namespace](command:nomad.chooseNamespace)',
      when: "nomad.state == 'denied'",
    },
    {
      view,
      contents: 'Not connected.\n[Connect to a cluster](command:nomad.connect)',
      when: "nomad.state == 'off'",
    },
    {
      view,
      contents: 'Not connected: the Jobs view says why.\n[Try again now](command:nomad.refresh)',
      when: "nomad.state != 'ready' && nomad.state != 'connecting' && nomad.state != 'noToken' && nomad.state != 'withheld' && nomad.state != 'denied' && nomad.state != 'off'",
    },
  ];
}
