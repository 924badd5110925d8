import * as z from 'zod/mini';
import { about, commitId, files, line, protocol, sha256 } from './wire-fields.ts';

const common = {
  protocol,
  ...about,
  /** From 0 without gaps, per attempt. */
  seq: z.int().check(z.nonnegative()),
  /** Name of the worker's machine. */
  machine: z.string().check(z.minLength(1), z.maxLength(255)),
};

/** What was appended to the worker's ledger, and the files that it names. */
const progress = { lines: z.array(line), files };

const lines = z.strictObject({ kind: z.literal('lines'), ...common, ...progress });

/** Sent last, after the worker's ledger has the end of the attempt. */
const ended = z.strictObject({
  kind: z.literal('ended'),
  ...common,
  ...progress,
  /** The task's branch; null if nothing was committed. */
  branch: z.nullable(
    z.strictObject({
      commit: commitId,
      /** Key of a git bundle; null if it was pushed to the remote as `refs/swarm/<attempt>`. */
      bundle: z.nullable(sha256),
    }),
  ),
});

/** Sent by what outlives a worker: its client is gone and nothing more will come. */
const lost = z.strictObject({ kind: z.literal('lost'), ...common, why: z.string() });

/** From a worker to the supervisor of a run. */
export const message = z.discriminatedUnion('kind', [lines, ended, lost]);
export type Message = z.infer<typeof message>;

/** Unique among the messages of a run, so that a message sent twice is there once. */
export function messageId({ attempt, seq }: Pick<Message, 'attempt' | 'seq'>): string {
  return `${attempt}-${seq}`;
}
