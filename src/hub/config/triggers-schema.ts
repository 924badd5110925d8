import * as z from 'zod/mini';
import { duration } from '../../config/config-schema.ts';
import { parseDuration } from '../../config/durations.ts';
import { PERMISSION_MODES } from '../../config/permission-modes.ts';
import { notifyTargets, secretFile, variableName } from '../../notify/target-schema.ts';
import { model } from '../../plan/plan-schema.ts';
import { explainCron } from './explain-cron.ts';
import { explainTimezone } from './explain-timezone.ts';

/** `schedules`, `webhooks` and `notify.targets` of `.claude/swarm-parallel.json`. */

export const OVERLAP_POLICIES = [
  'skip',
  'buffer_one',
  'buffer_all',
  'cancel_other',
  'allow_all',
] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

const SENDERS = ['github', 'standard-webhooks', 'slack', 'bearer'] as const;
export type Sender = (typeof SENDERS)[number];

/** Any moment after which every expression with a time has one; the clock is not needed. */
const SOME_TIME = Date.UTC(2026, 0, 1);

/** A text about which a function says what was expected instead. */
function explained(explain: (text: string) => string | null, fallback: string) {
  return z.string(fallback).check(
    z.check(({ value, issues }) => {
      const message = explain(value);
      if (message !== null) issues.push({ code: 'custom', message, input: value });
    }),
  );
}

const A_NAME = 'a name in kebab-case such as "review"';
const name = z.string(A_NAME).check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, A_NAME), z.maxLength(64));

const A_PLAN = 'the path of a plan inside the repository such as "plans/review.md"';
const plan = z
  .string(A_PLAN)
  .check(
    z.regex(/^[^/\\\p{Cc}][^\\\p{Cc}]*$/u, A_PLAN),
    z.refine((path) => !path.split('/').includes('..'), A_PLAN),
  )
  .register(z.globalRegistry, {
    description: 'The plan to run, as a path inside the repository. It is read at each firing.',
  });

const overlap = z._default(z.enum(OVERLAP_POLICIES), 'skip').register(z.globalRegistry, {
  description: 'What happens to a firing while an earlier run of the same trigger is working.',
});

/** Passwords are for the environment: a configuration is committed. */
const A_QUEUE = 'a URL without a password such as "rediss://queue.example:6379"';

const runOptions = z
  .strictObject({
    budgetUsd: z.optional(z.number().check(z.positive())),
    allowedTools: z.optional(z.array(z.string().check(z.minLength(1)))),
    permissionMode: z.optional(z.enum(PERMISSION_MODES)),
    model: z.optional(model),
    maxParallel: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
    worktrees: z.optional(z.boolean()),
    queue: z.optional(z.string(A_QUEUE).check(z.regex(/^rediss?:\/\/[^@\s]+$/, A_QUEUE))),
    fresh: z._default(z.boolean(), true),
  })
  .register(z.globalRegistry, {
    description:
      'Options of swarm run. fresh is true by default: no report of an earlier run is used.',
  });
export type RunOptions = z.infer<typeof runOptions>;

const run = z._default(runOptions, { fresh: true });

const wake = z._default(z.boolean(), false).register(z.globalRegistry, {
  description:
    'The end of a run becomes a prompt in a Claude Code session that is open in the repository.',
});

const schedule = z.strictObject({
  cron: explained((text) => explainCron(text, SOME_TIME), 'a cron expression').register(
    z.globalRegistry,
    { description: 'Minute, hour, day of the month, month, day of the week; or @daily and such.' },
  ),
  timezone: z.optional(explained(explainTimezone, 'a time zone')).register(z.globalRegistry, {
    description: 'From the IANA database, such as Europe/Rome. The default is that of the machine.',
  }),
  plan,
  overlap,
  catchupWindow: z._default(duration, '12h').register(z.globalRegistry, {
    description: 'How late a time that was missed is still fired.',
  }),
  jitter: z._default(duration, '0s').register(z.globalRegistry, {
    description: 'Each firing is delayed by a part of this, always the same for the same time.',
  }),
  pauseOnFailure: z._default(z.boolean(), false),
  run,
  wake,
});

const AN_INPUT = 'a name such as "number"';
const A_FIELD = 'the path of a field in the payload such as "pull_request.head.sha"';

const inputs = z._default(
  z.record(
    z.string(AN_INPUT).check(z.regex(/^[a-z][A-Za-z0-9_]{0,63}$/, AN_INPUT)),
    z.string(A_FIELD).check(z.regex(/^[\w-]+(?:\.[\w-]+|\[\d+\])*$/, A_FIELD), z.maxLength(200)),
  ),
  {},
);

const A_RATE = 'how many in which time, such as "30/1h"';
const RATE = /^([1-9]\d{0,4})\/(\d+(?:ms|s|m|h))$/;

const webhook = z
  .strictObject({
    from: z.enum(SENDERS),
    secretEnv: z.optional(variableName),
    secretFile: z.optional(secretFile),
    events: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(200))), []),
    plan,
    inputs,
    overlap,
    concurrency: z._default(z.int().check(z.minimum(1), z.maximum(100)), 1),
    rate: z.optional(z.string(A_RATE).check(z.regex(RATE, A_RATE))),
    run,
    wake,
  })
  .check(
    z.refine(
      (one) => (one.secretEnv === undefined) !== (one.secretFile === undefined),
      'either secretEnv or secretFile, with which senders prove who they are',
    ),
  );

/** The parts of the configuration that the hub reads. */
export const triggersConfig = z.strictObject({
  schedules: z._default(z.record(name, schedule), {}),
  webhooks: z._default(z.record(name, webhook), {}),
  notify: z._default(z.strictObject({ targets: z._default(notifyTargets, []) }), { targets: [] }),
});

export type ScheduleConfig = z.infer<typeof schedule>;
export type WebhookConfig = z.infer<typeof webhook>;
export type TriggersConfig = z.infer<typeof triggersConfig>;

/** @param rate such as "30/1h" @returns how many firings are allowed in how many milliseconds */
export function parseRate(rate: string): { count: number; windowMs: number } {
  const [, count, window = ''] = RATE.exec(rate) ?? [];
  return { count: Number(count), windowMs: parseDuration(window) };
}
