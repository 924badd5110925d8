import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, resolvePolicy } from '../../../src/config/resolve-policy.ts';

const backoff = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 };

describe('resolvePolicy', () => {
  it('has the documented defaults', () => {
    expect(resolvePolicy({})).toEqual({
      tiers: {
        quick: {
          startToCloseTimeout: 60_000,
          heartbeatTimeout: null,
          retry: { ...backoff, maximumAttempts: 3 },
        },
        medium: {
          startToCloseTimeout: 600_000,
          heartbeatTimeout: 60_000,
          retry: { ...backoff, maximumAttempts: 2 },
        },
        long: {
          startToCloseTimeout: 1_800_000,
          heartbeatTimeout: 30_000,
          retry: { ...backoff, maximumAttempts: 1 },
        },
      },
      maxParallel: 10,
      gate: { commands: [] },
      mcp: { taskTtl: 604_800_000 },
    });
  });

  it('takes every field from the configuration, and the rest from the defaults', () => {
    const policy = resolvePolicy({
      tiers: {
        quick: { startToCloseTimeout: '90s', heartbeatTimeout: '500ms' },
        medium: { heartbeatTimeout: null, retry: { maximumAttempts: 5, initialInterval: '0s' } },
        long: { retry: { backoffCoefficient: 1.5, maximumInterval: '1.5m' } },
      },
      maxParallel: 3,
      gate: { commands: ['make deploy'] },
      mcp: { taskTtl: '36h' },
    });
    const { quick, medium, long } = DEFAULT_POLICY.tiers;
    expect(policy).toEqual({
      tiers: {
        quick: { ...quick, startToCloseTimeout: 90_000, heartbeatTimeout: 500 },
        medium: {
          ...medium,
          heartbeatTimeout: null,
          retry: { ...medium.retry, maximumAttempts: 5, initialInterval: 0 },
        },
        long: {
          ...long,
          retry: { ...long.retry, backoffCoefficient: 1.5, maximumInterval: 90_000 },
        },
      },
      maxParallel: 3,
      gate: { commands: ['make deploy'] },
      mcp: { taskTtl: 129_600_000 },
    });
  });
});
