import * as vscode from 'vscode';
import type { CommandEntry } from '../../commands/command.ts';
import { languages } from '../../platform/contributions.ts';
import type { CommandManifest } from '../../platform/manifest.ts';

export const entry = { doing: 'open a new jobspec', effect: 'read' } as const satisfies CommandEntry;

export const manifest: CommandManifest = {
  title: 'New jobspec',
  icon: '$(new-file)',
  menus: { 'view/title': [{ when: 'view == nomad.jobs', group: '2_open@2' }] },
};

/** Opens a small jobspec that plans as it is. */
export async function newJobspec(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: languages.jobspec, content: firstJobspec });
  await vscode.window.showTextDocument(document);
}

const firstJobspec = `job "hello" {
  group "app" {
    count = 1

    task "server" {
      driver = "docker"

      config {
        image = "busybox:1"
        args  = ["httpd", "-f", "-p", "8080"]
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
`;
