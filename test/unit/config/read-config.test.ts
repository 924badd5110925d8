import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONFIG_FILE } from '../../../src/config/config-file.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
  mkdirSync(join(dir.path, '.claude'));
});
afterEach(() => dir.remove());

function read(text: string): unknown {
  writeFileSync(join(dir.path, CONFIG_FILE), text);
  return readConfig(dir.path);
}

function complaints(value: unknown): string[] {
  try {
    read(JSON.stringify(value));
  } catch (error) {
    expect(error).toBeInstanceOf(SwarmError);
    expect(error).toMatchObject({ exitCode: 2 });
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('readConfig', () => {
  it('is empty without the file', () => {
    expect(readConfig(dir.path)).toEqual({});
  });

  it('accepts a valid file', () => {
    const config = {
      $schema: 'x',
      tiers: { long: { startToCloseTimeout: '30m', heartbeatTimeout: null } },
      maxParallel: 3,
    };
    expect(read(JSON.stringify(config))).toEqual(config);
  });

  it('reports every bad field, with what was expected and found', () => {
    const found = complaints({
      tiers: {
        quick: { startToCloseTimeout: '31m', retry: { maximumAttempts: 0 } },
        slow: {},
        medium: { startToCloseTimeout: '90' },
        long: { heartbeatTimeout: 5 },
      },
      maxParallel: '10',
    });
    const fields = [
      'tiers.quick.startToCloseTimeout',
      'tiers.quick.retry.maximumAttempts',
      'tiers.long.heartbeatTimeout',
      'tiers.slow',
      'tiers.medium.startToCloseTimeout',
      'maxParallel',
    ];
    expect(found.map((line) => line.split(': ')[1]).sort()).toEqual(fields.sort());
    expect(
      found.every((line) =>
        /^\.claude\/swarm-parallel\.json: \S+: expected .+, found .+$/.test(line),
      ),
    ).toBe(true);
    expect(found.find((line) => line.includes('quick.startToCloseTimeout'))).toContain('"31m"');
  });

  it('lists the known fields and suggests the intended one', () => {
    expect(complaints({ max_paralel: 3, tiers: { quick: { heartbeat: '1m' } }, x: 1 })).toEqual([
      `${CONFIG_FILE}: tiers.quick.heartbeat: expected one of the fields startToCloseTimeout, heartbeatTimeout, model, effort, retry (did you mean heartbeatTimeout?), found "heartbeat"`,
      `${CONFIG_FILE}: max_paralel: expected one of the fields $schema, tiers, maxParallel, gate, notify, mcp, usageLimit, resume, checks, checkTimeout, checkRounds, schedules, webhooks (did you mean maxParallel?), found "max_paralel"`,
      `${CONFIG_FILE}: x: expected one of the fields $schema, tiers, maxParallel, gate, notify, mcp, usageLimit, resume, checks, checkTimeout, checkRounds, schedules, webhooks, found "x"`,
    ]);
  });

  it('reports the line at which JSON is invalid', () => {
    expect(() => read('{\n  "maxParallel": 3,\n  x\n}')).toThrow(`${CONFIG_FILE}:3: expected JSON`);
  });

  it('accepts a byte order mark, and rejects a directory', () => {
    expect(read('\ufeff{"maxParallel": 3}')).toEqual({ maxParallel: 3 });
    rmSync(join(dir.path, CONFIG_FILE));
    mkdirSync(join(dir.path, CONFIG_FILE));
    expect(() => readConfig(dir.path)).toThrow(
      `${CONFIG_FILE}: expected a regular file, found a directory`,
    );
  });

  it.each(['', '{', '{"maxParallel": 3,}', 'null', '[]', '3'])('rejects %j', (text) => {
    expect(() => read(text)).toThrow(SwarmError);
  });
});
