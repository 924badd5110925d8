import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordAgentEnd } from '../../../src/operations/record-agent-end.ts';
import { makeHost } from '../../support/host.ts';
import { entryOf, launched, opened, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

const END = { agentId: 'agent-a', attempt: 'call-a', category: null, message: null } as const;

it.each([{ isHandedOver: false }, { isHandedOver: true }])(
  'an agent has failed whose report would be written through a link, and the way out is named: %o',
  (more) => {
    const run = storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    const elsewhere = join(dir.path, 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(run.paths.results, { recursive: true, force: true });
    symlinkSync(elsewhere, run.paths.results);

    const end = { ...END, ...more, outcome: 'reported', text: 'The report.' } as const;
    recordAgentEnd(run, end, makeHost(dir.path));

    const { status, error } = entryOf(run.state, 'a');
    expect({ status, category: error?.category }).toEqual({ status: 'failed', category: 'fatal' });
    expect(error?.message).toMatch(/could not be stored.*symbolic link.*Replace the link/);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(existsSync(run.paths.summary)).toBe(true);
  },
);
