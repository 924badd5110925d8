import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config/config-schema.ts';
import { CEILING_MS, parseDuration } from '../../../src/config/durations.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
    ['0.0005s', 1],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '5S',
    '5sec',
    '1e3s',
    '.5s',
    '5.s',
    ' 5s',
    '5s\n',
    'Infinitys',
  ])('reads %j as none', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });
});

describe('the configuration', () => {
  const timeout = (startToCloseTimeout: unknown) => ({ tiers: { long: { startToCloseTimeout } } });

  it('can be empty', () => {
    expect(config.parse({})).toEqual({});
  });

  it('allows no timeout of more than 30 minutes', () => {
    expect(CEILING_MS).toBe(1_800_000);
    for (const ok of ['30m', '0.5h', '1800s', '1ms']) {
      expect(config.safeParse(timeout(ok)).success).toBe(true);
    }
    for (const bad of ['31m', '1h', '1801s', '1800001ms', '0s', '0ms', 30, null, '30']) {
      expect(config.safeParse(timeout(bad)).success).toBe(false);
    }
  });

  it('can disable the heartbeat', () => {
    expect(config.safeParse({ tiers: { quick: { heartbeatTimeout: null } } }).success).toBe(true);
  });

  it.each([
    { maxParallel: 0 },
    { maxParallel: 101 },
    { maxParallel: 2.5 },
    { tiers: { quick: { retry: { maximumAttempts: 0 } } } },
    { tiers: { quick: { retry: { maximumAttempts: 11 } } } },
    { tiers: { quick: { retry: { backoffCoefficient: 0.5 } } } },
    { tiers: { quick: { retry: { initialInterval: 'soon' } } } },
    { tiers: { slow: {} } },
    { tiers: [] },
    { parallel: 3 },
    [],
    null,
    'x',
  ])('cannot be %j', (value) => {
    expect(config.safeParse(value).success).toBe(false);
  });
});
