import * as z from 'zod/mini';
import { commandList, effort, model } from '../plan/plan-schema.ts';
import { CEILING_MS, DURATION, parseDuration } from './durations.ts';

const A_DURATION = 'a duration such as "90s" or "10m"';

export const duration = z
  .string(A_DURATION)
  .check(z.regex(DURATION, { error: A_DURATION, abort: true }))
  .register(z.globalRegistry, { description: 'A duration: a number and ms, s, m or h.' });

const timeout = duration.check(
  z.refine(
    (text) => parseDuration(text) > 0 && parseDuration(text) <= CEILING_MS,
    'more than 0 and at most "30m"',
  ),
);

const tierConfig = z.strictObject({
  startToCloseTimeout: z.optional(timeout),
  heartbeatTimeout: z.optional(z.nullable(timeout)),
  model: z
    .optional(model)
    .register(z.globalRegistry, { description: 'The model of tasks of this tier that name none.' }),
  effort: z.optional(effort).register(z.globalRegistry, {
    description: 'The effort of tasks of this tier that name none.',
  }),
  retry: z.optional(
    z.strictObject({
      initialInterval: z.optional(duration),
      backoffCoefficient: z.optional(z.number().check(z.minimum(1))),
      maximumInterval: z.optional(duration),
      maximumAttempts: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
    }),
  ),
});

const gateConfig = z.strictObject({
  commands: z.optional(
    z
      .array(
        z
          .string()
          .check(
            z.regex(/^[^\s-]\S*(?: \S+)*$/, 'a command such as "make deploy"'),
            z.maxLength(200),
          ),
      )
      .register(z.globalRegistry, {
        description:
          'Further commands of agents that a person must approve, besides those known to be irreversible. Each is given by the words that it begins with; options may be anywhere. * matches any letters, ** any words, a|b either word.',
      }),
  ),
});

/** Not examined here, since hooks need none of it: its schema is in `src/hub/config/`. */
const elsewhere = z.unknown();

const notifyConfig = z.strictObject({
  command: z.optional(
    z
      .array(z.string().check(z.minLength(1)))
      .check(z.minLength(1))
      .register(z.globalRegistry, {
        description:
          'A program and its arguments, started without a shell when a run ends, a task of the tier long fails or a gate is waiting. It receives the event as JSON on stdin.',
      }),
  ),
  timeout: z.optional(timeout),
  targets: z.optional(elsewhere),
});

const mcpConfig = z.strictObject({
  taskTtl: z.optional(
    duration
      .check(z.refine((text) => parseDuration(text) > 0, 'more than 0'))
      .register(z.globalRegistry, {
        description:
          'How long MCP clients can find a run as a task after its end. Its files stay. The default is "168h".',
      }),
  ),
});

const A_SHARE = 'a percentage from "1%" to "100%"';

const usageLimitConfig = z.strictObject({
  stopAt: z
    .optional(z.string(A_SHARE).check(z.regex(/^(?:[1-9]|[1-9]\d|100)%$/, A_SHARE)))
    .register(z.globalRegistry, {
      description:
        'How much of a usage limit of the account may be used before nothing more is launched. The default is "95%".',
    }),
  wait: z.optional(z.nullable(duration)).register(z.globalRegistry, {
    description:
      'How long swarm run waits for the reset of a usage limit. The default is null: it ends, and says how to resume.',
  }),
});

const resumeConfig = z.strictObject({
  maxTranscriptTokens: z
    .optional(z.nullable(z.int().check(z.nonnegative())))
    .register(z.globalRegistry, {
      description:
        'The largest context, in tokens, with which an interrupted agent is resumed. Above it another agent starts from the last checkpoint, because each message to the old one would read all of its context again. null: always resume. The default is 100000.',
    }),
});

const CHECK_NAME = 'a name in kebab-case such as "unit-tests"';

const namedChecks = z
  .record(
    z.string(CHECK_NAME).check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, CHECK_NAME), z.maxLength(64)),
    commandList,
  )
  .register(z.globalRegistry, {
    description:
      'Commands that plans may name as checks, each a command or a list of them. swarm runs them itself, outside of the permissions of Claude Code.',
  });

/** `.claude/swarm-parallel.json`. Every field is optional and has a default. */
export const config = z.strictObject({
  $schema: z.optional(z.string()),
  tiers: z.optional(
    z.strictObject({
      quick: z.optional(tierConfig),
      medium: z.optional(tierConfig),
      long: z.optional(tierConfig),
    }),
  ),
  maxParallel: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  gate: z.optional(gateConfig),
  notify: z.optional(notifyConfig),
  mcp: z.optional(mcpConfig),
  usageLimit: z.optional(usageLimitConfig),
  resume: z.optional(resumeConfig),
  checks: z.optional(namedChecks),
  checkTimeout: z.optional(timeout).register(z.globalRegistry, {
    description: 'How long one command of a check may run. The default is "10m".',
  }),
  checkRounds: z.optional(
    z.int().check(z.minimum(0), z.maximum(10)).register(z.globalRegistry, {
      description:
        'How often the output of a failed check goes back to the agent before the attempt has failed. The default is 2.',
    }),
  ),
  schedules: z.optional(elsewhere),
  webhooks: z.optional(elsewhere),
});
export type Config = z.infer<typeof config>;
