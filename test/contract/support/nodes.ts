import { after, before, describe } from 'mocha';
import type { NodeSpec } from '../../support/agents.ts';
import { chooseTargets } from '../../support/target.ts';
import type { TargetWithNodes } from '../../support/target.ts';
import { Contract } from './contract.ts';

const limitMs = 300_000;

/** What is tested of several nodes, which can be made silent. */
export interface Nodes {
  pause(name: string): void;
  resume(name: string): void;
}

/** Describes what happens on these nodes, once for each target that can be started. */
export function contractWithNodes(
  title: string,
  specs: readonly NodeSpec[],
  define: (contract: Contract, nodes: Nodes) => void,
): void {
  for (const choice of chooseTargets()) {
    if (!choice.owned) {
      console.log(`${title}: left out on the ${choice.name}, whose nodes are its owner's`);
      continue;
    }
    describe(`${title} (${choice.name})`, function () {
      this.timeout(limitMs);
      const current = new Contract();
      let target: TargetWithNodes | undefined;
      before(async () => {
        target = await choice.startNodes(specs);
        console.log(`Target: ${target.kind} ${target.version.text} with nodes at ${target.connection.address}`);
        current.open(target);
      });
      define(current, {
        pause: (name) => target?.pause(name),
        resume: (name) => target?.resume(name),
      });
      after(async () => {
        if (target === undefined) return;
        await current.close();
        await target.dispose();
      });
    });
  }
}
