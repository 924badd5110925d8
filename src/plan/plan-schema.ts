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
});

export const planFrontMatter = z.strictObject({
  goal: line(500),
  tasks: z.array(plannedTask).check(z.minLength(1), z.maxLength(MAX_TASKS)),
  quorum: z._default(quorum, 'all'),
});
export type PlanFrontMatter = z.infer<typeof planFrontMatter>;

/** One task of an accepted plan, with its brief. */
export const task = z.extend(plannedTask, { brief: z.string() });
export type Task = z.infer<typeof task>;

/** An accepted plan: the front matter and the texts of the body. */
export interface Plan {
  goal: string;
  quorum: Quorum;
  /** The text before the first `## ` heading, which every agent reads. */
  context: string;
  tasks: Task[];
}
