import type * as vscode from 'vscode';
import type { PlanView } from '../../wording/plan/planText.ts';

/** What is remembered of a plan, so that its document can say what it was after the window is loaded anew. No values. */
export interface KeptPlan {
  readonly uri: string;
  readonly jobId: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly atMs: number;
  /** What would have happened, in numbers. */
  readonly summary: string;
  readonly revertTo?: number | undefined;
  /** Where that is another one than is shown. */
  readonly region?: string | undefined;
}

const key = 'nomad.plans';
const most = 20;

/** The plans whose documents are open, in the state of the workspace. */
export class KeptPlans {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  get(uri: vscode.Uri): KeptPlan | undefined {
    return this.#all().find((plan) => plan.uri === uri.toString());
  }

  set(uri: vscode.Uri, view: PlanView, more: Pick<KeptPlan, 'summary' | 'region'>): void {
    const { jobId, namespace, cluster, atMs, revertTo } = view;
    const kept = { uri: uri.toString(), jobId, namespace, cluster, atMs, revertTo, ...more };
    void this.#state.update(key, [kept, ...this.#others(uri)].slice(0, most));
  }

  drop(uri: vscode.Uri): void {
    void this.#state.update(key, this.#others(uri));
  }

  #others(uri: vscode.Uri): KeptPlan[] {
    return this.#all().filter((plan) => plan.uri !== uri.toString());
  }

  #all(): readonly KeptPlan[] {
    return this.#state.get<readonly KeptPlan[]>(key, []);
  }
}
