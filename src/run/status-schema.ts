import * as z from 'zod/mini';
import { errorCategory } from '../ledger/error-category.ts';
import { MERGE_OUTCOMES, startedBy, usage } from '../ledger/events.ts';
import { tier } from '../plan/plan-schema.ts';
import { WARNINGS } from './evidence/warnings.ts';
import { TASK_STATUSES } from './task-statuses.ts';

/** What several workers used together. */
const usageSum = z.extend(usage, {
  /** Whether the cost of one of them is missing, because it was killed or is still running. */
  isCostPartial: z.boolean(),
});
export type UsageSum = z.infer<typeof usageSum>;

/** One command of a check, and how it ended. */
const checkEntry = z.strictObject({
  command: z.string(),
  /** Null if it has none, because it did not start or was ended. */
  exitCode: z.nullable(z.int()),
  durationMs: z.int(),
  /** Path of the whole output, relative to the run's directory. */
  output: z.string(),
});

/** Whether checks proved the work: null without checks, false until they have passed. */
const proof = {
  verified: z._default(z.nullable(z.boolean()), null),
  /** The commands of the last round, up to the first that failed. */
  checks: z._default(z.array(checkEntry), []),
};

const evidence = z.strictObject({
  /** How many calls of each tool; calls of `swarm` are left out. */
  toolCalls: z.record(z.string(), z.int()),
  /** Relative to the working tree; the first 200. */
  filesChanged: z.array(z.string()),
  /** The tools that the client refused. */
  permissionDenials: z.array(z.string()),
});

const budget = z.strictObject({
  /** US dollars; null means no limit. */
  usd: z.nullable(z.number()),
  /** Tokens of every kind; null means no limit. */
  tokens: z.nullable(z.number()),
  /** The limit of which nothing is left. */
  spent: z.nullable(z.enum(['usd', 'tokens'])),
});

const RUN_STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
const taskStatus = z.enum(TASK_STATUSES);
export type TaskStatus = z.infer<typeof taskStatus>;

const timestamp = z.nullable(z.iso.datetime({ precision: 3 }));

const taskStatusEntry = z.strictObject({
  id: z.string(),
  title: z.string(),
  agent: z.string(),
  tier,
  needs: z.array(z.string()),
  status: taskStatus,
  percent: z.int(),
  message: z.nullable(z.string()),
  attempts: z.int(),
  agentId: z.nullable(z.string()),
  startedAt: timestamp,
  endedAt: timestamp,
  deadlineAt: timestamp,
  /** Path of the full report, relative to the run's directory. */
  result: z.nullable(z.string()),
  error: z.nullable(z.strictObject({ category: errorCategory, message: z.string() })),
  /** The tools that the client refused its worker, if any: nobody could be asked. */
  deniedTools: z.optional(z.array(z.string())),
  /** What its agent did, seen from outside; null while unknown. */
  evidence: z._default(z.nullable(evidence), null),
  /** Why the report should not simply be believed. */
  warnings: z._default(z.array(z.enum(WARNINGS)), []),
  /** The model of its agent; null while unknown. */
  model: z._default(z.nullable(z.string()), null),
  /** The pool whose machines may take it; left out if it runs on the supervisor's machine. */
  pool: z.optional(z.string()),
  /** The machine that has taken it; left out while none has. */
  machine: z.optional(z.string()),
  /** The earlier run whose report was reused; null if it has its own. */
  reusedFrom: z.nullable(z.string()),
  /** What all attempts used; null if unknown, as for agents of a conversation. */
  usage: z.nullable(usageSum),
  ...proof,
});
export type TaskStatusEntry = z.infer<typeof taskStatusEntry>;

/** The merge of the branches of a run's tasks. */
const mergeEntry = z.strictObject({
  branch: z.string(),
  /** The branch that is to get the result; null for where the run began. */
  into: z.nullable(z.string()),
  /** `incomplete`: not every branch is merged, or the check fails. */
  status: z.enum(['working', 'merged', 'incomplete']),
  /** The commit that has everything merged so far; null if nothing is. */
  commit: z.nullable(z.string()),
  /** Whether its check passed; null without one. */
  verified: z.nullable(z.boolean()),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      outcome: z.enum(MERGE_OUTCOMES),
      /** The tasks that it conflicts with, or because of which it was skipped. */
      others: z.array(z.string()),
      /** The conflicting files. */
      files: z.array(z.string()),
      /** The output of the check or the conflict, relative to the run's directory. */
      output: z.nullable(z.string()),
    }),
  ),
});

/** The document of `swarm status --json` and of `status.json`. */
export const statusDocument = z.strictObject({
  version: z.literal(1),
  run: z.string(),
  goal: z.string(),
  status: z.enum(RUN_STATUSES),
  /** The schedule or webhook that started it; null if none did. */
  startedBy: z._default(z.nullable(startedBy), null),
  startedAt: z.iso.datetime({ precision: 3 }),
  endedAt: timestamp,
  counts: z.record(taskStatus, z.int()),
  usage: z.nullable(usageSum),
  ...proof,
  /** How many agents may run at once while rate limits or the client allow fewer than configured. */
  loweredLimit: z.nullable(z.int()),
  /** What the run may cost; null if it has no budget. */
  budget: z._default(z.nullable(budget), null),
  /** When the usage limit ends before which nothing is launched; null if there is none. */
  pausedUntil: z._default(timestamp, null),
  /** When it should end, as far as earlier runs tell; null if they do not, or it is not working. */
  expectedEndAt: z._default(timestamp, null),
  /** The merge of its branches; null before one began. */
  merge: z._default(z.nullable(mergeEntry), null),
  tasks: z.array(taskStatusEntry),
});
export type StatusDocument = z.infer<typeof statusDocument>;
