import * as z from 'zod/mini';
import { runId } from '../../ledger/events.ts';
import { taskId } from '../../plan/plan-schema.ts';

/** Raised when orders or messages change so that another version would misread them. */
export const PROTOCOL = 1;

export const protocol = z.literal(PROTOCOL);

/**
 * The id of an attempt. It is also the id of its job, the prefix of message ids, a file name and a
 * git ref, so it is narrower than the ids of the client.
 */
const attemptId = z.uuid();

/** What an order or a message is about. */
export const about = { run: runId, task: taskId, attempt: attemptId };

export const time = z.iso.datetime({ precision: 3 });

export const commitId = z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));

/** Of the content; a blob is stored under it. */
export const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** One event of a ledger as JSON. */
export const line = z.string().check(z.regex(/^\{[^\r\n]*\}$/));

/** Reports and outputs of checks by their path relative to the run's directory. */
export const files = z.record(
  z.string().check(z.regex(/^(?:results\/[\w.-]+\.md|checks\/[\w.-]+\.log)$/)),
  z.string(),
);

export const DEFAULT_POOL = 'default';
