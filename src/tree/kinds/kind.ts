import type { CommandId } from '../../platform/contributions.ts';
import type { Store } from '../../state/tables/store.ts';
import type { RowFace } from '../face.ts';
import type { LayoutContext, Row, ViewName } from '../rows.ts';

/** What a face is made from: the view's data, and what its message rows count. */
export type FaceContext = Pick<LayoutContext, 'view' | 'source' | 'counts'>;

/** All that there is to know of one kind of rows but its tooltip, which is read from disk when somebody points at a row. */
export interface RowKind<R extends Row> {
  /**
   * Whether what the row shows is still there.
   *
   * @param isThere the same of another row, for one that is there as long as what it is under
   */
  exists(store: Store, row: R, isThere: (row: Row) => boolean): boolean;
  /** How it looks; of something that is gone, too. */
  face(context: FaceContext, row: R): RowFace;
  /** What is below it. */
  children(context: LayoutContext, row: R): readonly Row[];
  /** What it is below; nothing at the top. */
  parent(context: LayoutContext, row: R): Row | undefined;
  /** What it looks different with: anything of its job, or nothing but its own allocation. */
  readonly affectedBy: 'job' | 'allocation';
  /** What opening it does; nothing for a row that can only fold. */
  opens(store: Store, row: R): CommandId | undefined;
  /** One click opens it. Others wait for the second, and those that fold do that. */
  readonly opensAtOnce?: true;
  /** Whether its job has to be read whole before it is known what is below it. */
  readonly needsJob?: (view: ViewName) => boolean;
}
