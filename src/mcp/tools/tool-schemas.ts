import * as z from 'zod/mini';
import { runId } from '../../ledger/events.ts';
import { taskId } from '../../plan/plan-schema.ts';
import { TASK_STATUSES } from '../../run/task-statuses.ts';
import type { CancelResult, ResumeResult, RetryResult } from '../../view/results.ts';
import type { RunProgress } from '../../view/run-progress.ts';

// The inputs and outputs of the MCP tools. A model pays for every word of a description.

const run = runId;
const said = (text: string) => z.describe(text);

/** Longest time that one call may wait for a run; seconds. */
const MAX_WAIT = 3_600;
const wait = z
  .optional(z.int().check(z.minimum(0), z.maximum(MAX_WAIT)))
  .check(said('seconds to wait for the end'));

/** A task from a caller; parsing the plan validates it. */
const startTask = z.strictObject({
  id: taskId.check(said('kebab-case')),
  title: z.string(),
  brief: z.string(),
  needs: z.optional(z.array(taskId)).check(said('ids that must complete first')),
  writes: z.optional(z.array(z.string())).check(said('globs of files it changes')),
  agent: z.optional(z.string()),
  tier: z.optional(z.enum(['quick', 'medium', 'long'])).check(said('limits it to 60s, 10m or 30m')),
});

export const startInput = z.strictObject({
  goal: z.optional(z.string()),
  tasks: z.optional(z.array(startTask)),
  plan: z.optional(z.string()).check(said('Markdown plan, instead of goal and tasks')),
  key: z
    .optional(z.string().check(z.minLength(1), z.maxLength(200)))
    .check(said('a second start with the same key finds the first run')),
  maxParallel: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  budgetUsd: z.optional(z.number().check(z.positive())),
  wait,
});
export type StartInput = z.infer<typeof startInput>;

export const statusInput = z.strictObject({ run: z.optional(run), wait });
export const resultInput = z.strictObject({
  run: z.optional(run),
  task: z.optional(taskId).check(said('its report instead of the summary')),
  maxChars: z.optional(z.int().check(z.minimum(200), z.maximum(100_000))),
});
export const cancelInput = z.strictObject({
  run: z.optional(run).check(said('left out: the person is asked')),
  task: z.optional(taskId),
});
export const retryInput = z.strictObject({ run, task: z.optional(taskId) });
export const resumeInput = z.strictObject({ run });
export const answerInput = z.strictObject({ run, task: taskId });
export const listInput = z.strictObject({
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
});

const counts = z.record(z.enum(TASK_STATUSES), z.int());
const status = z.enum(['working', 'input_required', 'completed', 'failed', 'cancelled']);

/** A short status of a run. Of very many tasks only the first are listed; `counts` has all. */
export const runOutput = z.object({
  run: z.string(),
  goal: z.string(),
  status,
  message: z.string(),
  counts,
  tasks: z.array(
    z.object({
      id: z.string(),
      status: z.enum(TASK_STATUSES),
      percent: z.int(),
      message: z.string(),
    }),
  ),
}) satisfies z.ZodMiniType<RunProgress>;

export const resultOutput = z.object({
  run: z.string(),
  status,
  message: z.string(),
  text: z.string(),
  isWhole: z.boolean(),
  reports: z.array(z.object({ task: z.string(), uri: z.string() })),
});

/** A started run: its progress or, at the end of its task, its outcome. */
export const startOutput = z.extend(z.partial(z.extend(runOutput, resultOutput.shape)), {
  run: z.string(),
  status,
  message: z.string(),
});

/** A schema of an operation's result, with a message for the model. */
type Output<Result> = z.ZodMiniType<Result & { message: string }>;

const ids = z.array(z.string());

export const cancelOutput = z.object({
  run: z.string(),
  task: z.nullable(z.string()),
  outcome: z.enum(['cancelled', 'nothing_to_cancel', 'not_confirmed']),
  cancelled: ids,
  kept: ids,
  stopping: ids,
  agents: ids,
  message: z.string(),
}) satisfies Output<CancelResult>;

export const retryOutput = z.object({
  run: z.string(),
  task: z.nullable(z.string()),
  outcome: z.enum(['allowed', 'blocked', 'not_started', 'nothing_to_retry']),
  retried: ids,
  unblocked: ids,
  denied: ids,
  blockedBy: z.nullable(z.string()),
  message: z.string(),
}) satisfies Output<RetryResult>;

export const resumeOutput = z.object({
  run: z.string(),
  dir: z.string(),
  status,
  completed: z.array(z.object({ task: z.string(), report: z.string() })),
  interrupted: z.array(
    z.object({ task: z.string(), percent: z.int(), message: z.nullable(z.string()) }),
  ),
  ready: ids,
  message: z.string(),
}) satisfies Output<ResumeResult>;

/** A person's decision; without one only the first two and the last two fields. */
export const answerOutput = z.object({
  run: z.string(),
  task: z.string(),
  outcome: z.optional(z.enum(['approved', 'denied'])),
  rule: z.optional(z.string()),
  command: z.optional(z.string()),
  directory: z.optional(z.string()),
  decision: z.enum(['approved', 'denied', 'none']),
  message: z.string(),
});
export const listOutput = z.object({
  runs: z.array(
    z.object({ run: z.string(), goal: z.string(), status: z.string(), message: z.string() }),
  ),
});
