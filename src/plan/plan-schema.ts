import * as z from 'zod/mini';

export const MAX_TASKS = 500;
const DEFAULT_AGENT = 'swarm-worker';

const line = (max: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1),
      z.maxLength(max),
      z.regex(/^\P{Cc}*$/u, 'a single line without control characters'),
    );

const AN_ID = 'a kebab-case id such as "audit-routes"';

export const taskId = z
  .string(AN_ID)
  .check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, AN_ID), z.maxLength(64));

export const tier = z.enum(['quick', 'medium', 'long']);
export type Tier = z.infer<typeof tier>;

/** How many tasks must complete for the run to complete: all, a number, or a percentage. */
const QUORUM = '"all", a number of tasks from 1, or a percentage from "1%" to "100%"';
export const quorum = z.union(
  [
    z.literal('all', QUORUM),
    z.int(QUORUM).check(z.positive(QUORUM)),
    z.string(QUORUM).check(z.regex(/^(?:[1-9]|[1-9]\d|100)%$/, QUORUM)),
  ],
  QUORUM,
);
export type Quorum = z.infer<typeof quorum>;

const COMMANDS = 'a command such as "npm test", or a list of commands';
const command = line(1_000);
const commands = z.array(command, COMMANDS).check(z.minLength(1), z.maxLength(20));

/** Commands; one may be written without a list. */
export const commandList = z.pipe(
  z.union([command, commands], COMMANDS),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);

/** What proves the work, run by swarm after the report: commands, or names of the configuration. */
const check = z._default(z.union([commandList, z.array(command)]), []);

/** Names that the client has for its models; it also takes full names. */
const MODEL_ALIASES = ['sonnet', 'opus', 'haiku', 'fable', 'best', 'opusplan', 'inherit'];
const A_MODEL = `${MODEL_ALIASES.join(', ')} or a full name such as "claude-sonnet-4-5"`;
const MODEL_NAME = new RegExp(
  String.raw`^(?:(?:${MODEL_ALIASES.join('|')})(?:\[1m\])?|[\w.:/-]*claude-[\w.:/@-]+(?:\[1m\])?|arn:[\w.:/-]+)$`,
);
export const model = z.string(A_MODEL).check(z.regex(MODEL_NAME, A_MODEL), z.maxLength(200));

export const effort = z.enum(['low', 'medium', 'high', 'xhigh', 'max']);

const A_POOL = 'a kebab-case name such as "gpu"';
export const poolName = z
  .string(A_POOL)
  .check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, A_POOL), z.maxLength(64));

const plannedTask = z.strictObject({
  id: taskId,
  title: line(120),
  agent: z._default(
    z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9][\w.:-]*$/, 'an agent type such as swarm-worker'),
        z.maxLength(128),
      ),
    DEFAULT_AGENT,
  ),
  tier: z._default(tier, 'medium'),
  needs: z._default(z.array(taskId), []),
  writes: z._default(z.array(line(400)), []),
  /** US dollars that one attempt of `swarm run` may cost. */
  budgetUsd: z.optional(z.number().check(z.positive())),
  model: z.optional(model),
  effort: z.optional(effort),
  /** The machines that may take it with `swarm run --queue`. */
  pool: z.optional(poolName),
  check,
});

export const planFrontMatter = z.strictObject({
  goal: line(500),
  tasks: z.array(plannedTask).check(z.minLength(1), z.maxLength(MAX_TASKS)),
  quorum: z._default(quorum, 'all'),
  /** US dollars that the run may cost. */
  budgetUsd: z.optional(z.number().check(z.positive())),
  /** Tokens that the run may use, of every kind. */
  budgetTokens: z.optional(z.int().check(z.positive())),
  /** Runs after the last task; the run is completed only if it passes. */
  check,
});
export type PlanFrontMatter = z.infer<typeof planFrontMatter>;

/** One task of an accepted plan, with its brief. */
export const task = z.extend(plannedTask, {
  brief: z.string(),
  /** The task whose conflict it resolves; left out in every task of a plan. */
  resolves: z.optional(taskId),
});
export type Task = z.infer<typeof task>;

/** An accepted plan: the front matter and the texts of the body. */
export interface Plan {
  goal: string;
  quorum: Quorum;
  /** US dollars that the run may cost. */
  budgetUsd?: number | undefined;
  /** Tokens that the run may use, of every kind. */
  budgetTokens?: number | undefined;
  /** Commands or names of checks, of the run as a whole. */
  check: string[];
  /** The text before the first `## ` heading, which every agent reads. */
  context: string;
  tasks: Task[];
}
