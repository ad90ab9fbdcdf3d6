import { after, before, describe } from 'mocha';
import { chooseTargets } from '../../support/target.ts';
import type { Target } from '../../support/target.ts';
import { Contract } from './contract.ts';

const limitMs = 300_000;

/** Describes what two federated regions do, once for each target that can be started. */
export function contractWithRegions(title: string, define: (east: Contract, west: Contract) => void): void {
  for (const choice of chooseTargets()) {
    if (!choice.owned) {
      console.log(`${title}: left out on the ${choice.name}, whose regions are its owner's`);
      continue;
    }
    describe(`${title} (${choice.name})`, function () {
      this.timeout(limitMs);
      const [east, west] = [new Contract(), new Contract()];
      let targets: Target[] = [];
      before(async () => {
        targets = await choice.startRegions(['east', 'west']);
        const [first, second] = targets;
        if (first === undefined || second === undefined) throw new Error('Two regions were asked for');
        console.log(`Targets: ${first.kind} ${first.version.text} of two regions at ${first.connection.address}`);
        east.open(first);
        west.open(second);
      });
      define(east, west);
      after(async () => {
        for (const one of [east, west]) await one.close();
        await Promise.all(targets.map((target) => target.dispose()));
      });
    });
  }
}
