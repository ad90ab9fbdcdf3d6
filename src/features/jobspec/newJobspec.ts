import * as vscode from 'vscode';
import { languages } from '../../platform/contributions.ts';

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
