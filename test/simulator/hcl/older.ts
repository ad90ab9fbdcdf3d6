import type { Job } from '../../../src/nomad/types/job.ts';
import { withoutNewer } from '../job/shapes.ts';
import type { Block } from './ast.ts';
import type { Report } from './source.ts';

/** Blocks that came after Nomad 1.6, by the block around them. */
const newerBlocks: Readonly<Record<string, readonly string[]>> = {
  job: ['ui', 'secret'],
  group: ['disconnect', 'secret'],
  task: ['action', 'schedule', 'secret', 'consul'],
  network: ['cni'],
  resources: ['numa'],
  service: ['identity', 'weights'],
};

/** The job as Nomad 1.6 shows it. */
export function asOlderJob(job: Job): Job {
  const token = job.ConsulNamespace === null ? null : '';
  return { ...(withoutNewer('Job', job, '1.6') as Job), ConsulToken: token, VaultToken: token };
}

/** Reports the blocks that Nomad 1.6 doesn't take. */
export function reportNewerBlocks(block: Block, report: Report): void {
  for (const inner of block.body.blocks) {
    if (newerBlocks[block.type]?.includes(inner.type)) {
      const detail = `Blocks of type ${JSON.stringify(inner.type)} are not expected here.`;
      report({ summary: 'Unsupported block type', detail, range: inner.typeRange });
    } else reportNewerBlocks(inner, report);
  }
}

export function inOlderWords(errors: string): string {
  return errors
    .replaceAll(/ required, but have (string|number|bool|tuple|object)\b/g, ' required')
    .replaceAll(
      'https://developer.hashicorp.com/nomad/docs/reference/hcl2/variables  for',
      'https://www.nomadproject.io/docs/job-specification/hcl2/variables for',
    );
}
