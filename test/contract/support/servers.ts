import { after, before, describe } from 'mocha';
import { chooseTargets } from '../../support/target.ts';
import type { TargetWithServers } from '../../support/target.ts';
import { Contract } from './contract.ts';

const limitMs = 300_000;

/** Describes what a client sees of a cluster of several servers, once for each target that can be started. */
export function contractWithServers(
  title: string,
  define: (contract: Contract, servers: () => TargetWithServers) => void,
): void {
  for (const choice of chooseTargets()) {
    if (!choice.owned) {
      console.log(`${title}: left out on the ${choice.name}, whose servers are its owner's`);
      continue;
    }
    describe(`${title} (${choice.name})`, function () {
      this.timeout(limitMs);
      const current = new Contract();
      let target: TargetWithServers | undefined;
      const servers = () => {
        if (target === undefined) throw new Error('The target is not started yet');
        return target;
      };
      before(async () => {
        target = await choice.startServers();
        console.log(`Target: ${target.kind} ${target.version.text} of three servers at ${target.connection.address}`);
        current.open(target);
      });
      define(current, servers);
      after(async () => {
        // Nothing runs without nodes, so nothing has to end first.
        if (target === undefined) return;
        current.client.dispose();
        await target.dispose();
      });
    });
  }
}
