import * as z from 'zod/mini';
import { poolName } from '../../plan/plan-schema.ts';
import { about, commitId, files, line, protocol, sha256, time } from './wire-fields.ts';

/** Where a worker gets the commits of an attempt. */
const repository = z.strictObject({
  /** A URL without credentials from which the worker may fetch; null if there are bundles only. */
  remote: z.nullable(z.string()),
  /** The commit at which the checkout of the run is. */
  base: commitId,
  /** Keys of git bundles with what the remote lacks, to be fetched from in this order. */
  bundles: z.array(sha256),
  /** The branches of needed tasks. */
  inputs: z.array(z.strictObject({ task: about.task, branch: z.string(), commit: commitId })),
});

/** How the client is started. Null leaves it to the agent and to the worker's machine. */
const client = z.strictObject({
  model: z.nullable(z.string()),
  effort: z.nullable(z.string()),
  permissionMode: z.nullable(z.string()),
  allowedTools: z.array(z.string()),
  /** US dollars. */
  budgetUsd: z.nullable(z.number().check(z.positive())),
});

/** Everything that a worker on another machine needs for one attempt. */
export const order = z.strictObject({
  protocol,
  ...about,
  pool: poolName,
  sentAt: time,
  /** Of the task's tier; counts from the start of the client. */
  deadline: z.strictObject({ startToCloseMs: z.int().check(z.positive()) }),
  supervisor: z.strictObject({ id: z.string(), host: z.string() }),
  repository,
  /**
   * Events of the run that the agent's brief and hooks need, in the order of the run's ledger. The
   * last is `attempt.launched` of this attempt.
   */
  ledger: z.array(line).check(z.minLength(1)),
  /** Reports that those events name. */
  files,
  client,
  /** Commands that a person approved and that this attempt may run once, by their hash and gate. */
  approvals: z.array(z.strictObject({ sha256, gate: z.string() })),
});
export type Order = z.infer<typeof order>;
