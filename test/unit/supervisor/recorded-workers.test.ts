import { describe, expect, it } from 'vitest';
import { newWorkerStream, readStreamLine } from '../../../src/claude/stream-json.ts';
import {
  isSessionMissing,
  outcomeOfExit,
  type WorkerExit,
} from '../../../src/supervisor/executor/worker-outcome.ts';
import { CLIENT_VERSIONS, type ClientVersion, readRecording } from '../../support/recording.ts';

/** Replays the recorded streams of the real client as a worker. */

function exitOf(version: ClientVersion, behaviour: string): WorkerExit {
  const lines = readRecording(version, `worker-${behaviour}`);
  const stream = newWorkerStream();
  for (const line of lines.slice(0, -1)) readStreamLine(stream, JSON.stringify(line));
  const { exit, stderr } = lines.at(-1) as { exit: number; stderr: string };
  return { code: exit, signal: null, spawnError: null, stderr, stream };
}

const FAILURES = [
  ['api-error-400', 'fatal'],
  ['api-error-401', 'fatal'],
  ['api-error-429', 'transient'],
  ['api-error-500', 'transient'],
  ['api-error-529', 'transient'],
  ['connection-cut', 'transient'],
  ['connection-reset', 'transient'],
  ['budget-reached', 'fatal'],
  ['unknown-agent', 'fatal'],
] as const;

describe.each(CLIENT_VERSIONS)('client %s', (version) => {
  it('returns the last message, tokens, dollars and calls of a worker that reports', () => {
    const exit = exitOf(version, 'reports-text');
    expect(outcomeOfExit(exit)).toEqual({
      outcome: 'reported',
      category: null,
      message: null,
      text: 'The report.',
    });
    const { usage } = exit.stream;
    expect(usage).toMatchObject({ toolCalls: 1, inputTokens: 20, outputTokens: 10 });
    expect(usage.costUsd).toBeGreaterThan(0);
  });

  it('returns no report for a worker that prints none', () => {
    const { outcome, text } = outcomeOfExit(exitOf(version, 'reports-nothing'));
    expect({ outcome, text: text?.trim() ?? '' }).toEqual({ outcome: 'reported', text: '' });
  });

  it.each(FAILURES)('%s is %s', (behaviour, category) => {
    expect(outcomeOfExit(exitOf(version, behaviour))).toMatchObject({
      outcome: 'failed',
      category,
    });
  });

  it('distinguishes an unknown session from other failures', () => {
    expect(isSessionMissing(exitOf(version, 'unknown-session'))).toBe(true);
    expect(isSessionMissing(exitOf(version, 'unknown-agent'))).toBe(false);
  });
});
