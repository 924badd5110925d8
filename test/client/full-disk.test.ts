/** @module-tag long */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runClaude } from '../support/claude-client.ts';
import { bash, orchestrate } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo } from '../support/temp-dir.ts';

const TIMEOUT_MS = 300_000;

/** Only root can mount a file system, and not in every container. */
function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'swarm-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test.skipIf(!canMount())(
  'a full disk breaks no session, and the run resumes once there is space again',
  { timeout: TIMEOUT_MS },
  async () => {
    await using repo = await makeTempRepo();
    await using home = await makeTempDir();
    const disk = join(repo.path, '.swarm');
    const ballast = join(disk, 'ballast');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      const plan = makePlan([{ id: 'before' }, { id: 'during', needs: ['before'] }]);
      const play = async (prompt: string, script: Parameters<typeof startScriptedModel>[0]) => {
        await using model = await startScriptedModel(script);
        return await runClaude({
          model,
          cwd: repo.path,
          prompt,
          pluginDir: PROJECT,
          home: home.path,
          timeoutMs: 150_000,
        });
      };
      let isFull = false;
      const first = await play(
        '/swarm-parallel Test the swarm',
        orchestrate({
          plan,
          agents: {
            before: () => ({ text: 'The report of before.' }),
            during: () => {
              fill(ballast);
              isFull = true;
              return { text: 'A report that finds no room.\n'.repeat(2_000) };
            },
          },
          main: () => (isFull ? { text: 'Nothing more can be done.' } : undefined),
        }),
      );
      expect(first.exitCode).toBe(0);
      rmSync(ballast);
      expect(outcomes(readRun(repo.path).status)).toMatchObject({ before: 'completed' });
      expect(outcomes(readRun(repo.path).status).during).not.toBe('completed');

      const launched: string[] = [];
      const lead = orchestrate({
        plan: '',
        agents: {
          default: (_, ref) => {
            launched.push(ref.split('/')[1] ?? '');
            return { text: `The report of ${ref.split('/')[1]}.` };
          },
        },
      });
      let isResumed = false;
      const second = await play('/swarm-resume', (request) => {
        if (request.isAgent) return lead(request);
        if (isResumed) return lead({ ...request, step: request.step + 1 });
        isResumed = true;
        return bash('swarm resume');
      });

      const run = readRun(repo.path);
      expect(second.exitCode).toBe(0);
      expect(outcomes(run.status)).toEqual({ before: 'completed', during: 'completed' });
      expect(launched).toEqual(['during']);
      expect(run.read('results/during.md')).toBe('The report of during.');
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
);

/** Uses up all remaining disk space. */
function fill(file: string): void {
  try {
    for (let size = 1_000_000; size >= 1; size = Math.floor(size / 2)) {
      try {
        writeFileSync(file, 'x'.repeat(size), { flag: 'a' });
      } catch {
        // Writes of this size no longer fit; try a smaller one.
      }
    }
  } catch {
    // The disk is full.
  }
}
