import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, resolvePolicy } from '../../../src/config/resolve-policy.ts';

const backoff = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 };
const ownModel = { model: null, effort: null };

describe('resolvePolicy', () => {
  it('has the documented defaults', () => {
    expect(resolvePolicy({})).toEqual({
      tiers: {
        quick: {
          startToCloseTimeout: 60_000,
          heartbeatTimeout: null,
          ...ownModel,
          retry: { ...backoff, maximumAttempts: 3 },
        },
        medium: {
          startToCloseTimeout: 600_000,
          heartbeatTimeout: 60_000,
          ...ownModel,
          retry: { ...backoff, maximumAttempts: 2 },
        },
        long: {
          startToCloseTimeout: 1_800_000,
          heartbeatTimeout: 30_000,
          ...ownModel,
          retry: { ...backoff, maximumAttempts: 1 },
        },
      },
      maxParallel: 10,
      gate: { commands: [] },
      mcp: { taskTtl: 604_800_000 },
      usageLimit: { stopAt: 0.95, wait: null },
      resume: { maxTranscriptTokens: 100_000 },
      checks: { named: {}, timeout: 600_000, rounds: 2 },
    });
  });

  it('takes every field from the configuration, and the rest from the defaults', () => {
    const policy = resolvePolicy({
      tiers: {
        quick: { startToCloseTimeout: '90s', heartbeatTimeout: '500ms', model: 'haiku' },
        medium: { heartbeatTimeout: null, retry: { maximumAttempts: 5, initialInterval: '0s' } },
        long: { effort: 'high', retry: { backoffCoefficient: 1.5, maximumInterval: '1.5m' } },
      },
      maxParallel: 3,
      gate: { commands: ['make deploy'] },
      mcp: { taskTtl: '36h' },
      usageLimit: { stopAt: '80%', wait: '3h' },
      resume: { maxTranscriptTokens: 5 },
      checks: { test: ['npm test'] },
      checkTimeout: '2m',
      checkRounds: 0,
    });
    const { quick, medium, long } = DEFAULT_POLICY.tiers;
    expect(policy).toEqual({
      tiers: {
        quick: { ...quick, startToCloseTimeout: 90_000, heartbeatTimeout: 500, model: 'haiku' },
        medium: {
          ...medium,
          heartbeatTimeout: null,
          retry: { ...medium.retry, maximumAttempts: 5, initialInterval: 0 },
        },
        long: {
          ...long,
          effort: 'high',
          retry: { ...long.retry, backoffCoefficient: 1.5, maximumInterval: 90_000 },
        },
      },
      maxParallel: 3,
      gate: { commands: ['make deploy'] },
      mcp: { taskTtl: 129_600_000 },
      usageLimit: { stopAt: 0.8, wait: 10_800_000 },
      resume: { maxTranscriptTokens: 5 },
      checks: { named: { test: ['npm test'] }, timeout: 120_000, rounds: 0 },
    });
  });
});
