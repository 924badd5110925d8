import * as z from 'zod/mini';

const at = z.iso.datetime({ precision: 3 });

/** The files of a checkout as they were at one time. */
const snapshot = z.strictObject({
  /** Its files were read between these two times. */
  from: at,
  until: at,
  /** The git tree that holds them. */
  tree: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  /** What is not in it: large files that are new, and other repositories. Relative paths. */
  left: z.array(z.string()),
});
export type Snapshot = z.infer<typeof snapshot>;

/** All snapshots of a run, oldest first. */
export const snapshotLog = z.strictObject({
  version: z.literal(1),
  /** The top directory of the working tree; absolute. */
  checkout: z.string(),
  snapshots: z.array(snapshot),
});
export type SnapshotLog = z.infer<typeof snapshotLog>;
