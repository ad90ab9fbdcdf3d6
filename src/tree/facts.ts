import type { Allocated } from '../wording/allocated.ts';
import type { Fact } from './kinds/fact.ts';
import { rowFacts } from './kinds/factKinds.ts';
import type { FaceContext } from './kinds/kind.ts';
import { kindOf } from './kinds/kinds.ts';
import type { Row } from './rows.ts';

/** What a tooltip tells about a row. Values are as the server sent them: whoever shows them has to escape them. */
export interface Facts {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** @param given what the store doesn't have of an allocation, where it was read */
export function factsOf(context: FaceContext, row: Row, given?: Allocated): Facts {
  const face = kindOf(row).face(context, row);
  const facts = rowFacts(context.source, row, given).filter(
    (fact): fact is Fact => fact[1] !== undefined && fact[1] !== '',
  );
  if (row.kind !== 'message') return { title: face.label, facts };
  return { title: [face.label, face.description].filter((part) => part !== '').join(': '), facts: [] };
}
