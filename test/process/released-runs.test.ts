import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toStatusDocument } from '../../src/run/status-document.ts';
import { loadRun } from '../../src/store/run-handle.ts';
import { fakeClient, writeFake } from '../support/fake-client.ts';
import { copyReleasedRun, type ReleasedRun } from '../support/released-runs.ts';
import { runSwarm } from '../support/swarm-process.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

async function openReleased(name: ReleasedRun) {
  const repo = await makeTempRepo();
  const paths = copyReleasedRun(repo.path, name);
  const swarm = (args: string[], env: Record<string, string> = {}) =>
    runSwarm(args, { cwd: repo.path, env });
  const statuses = () =>
    Object.fromEntries(
      toStatusDocument(loadRun(paths).state).tasks.map(({ id, status }) => [id, status]),
    );
  return { ...paths, swarm, statuses, [Symbol.asyncDispose]: repo.remove };
}

const COMPLETED = { routes: 'completed', forms: 'completed', tokens: 'completed' };

describe('a run of version 0.1.0', () => {
  it('has the status and the summary of a completed run', async () => {
    await using released = await openReleased('completed');
    const { code, stdout } = await released.swarm(['status', '--json']);
    expect([code, JSON.parse(stdout).status]).toEqual([0, 'completed']);
    const summary = await released.swarm(['summary']);
    expect(summary).toMatchObject({ code: 0, stderr: '' });
    expect(summary.stdout).toContain('results/report.md');
    expect(summary.stdout).toContain('Routes are fine, two forms are not.');
  });

  it('is resumed by a conversation with what was interrupted, and not what had reported', async () => {
    await using released = await openReleased('interrupted');
    const { code, stdout } = await released.swarm(['resume', released.run], {
      CLAUDE_CODE_SESSION_ID: 'another-session',
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`swarm:${released.run}/tokens`);
    expect(stdout).not.toContain(`swarm:${released.run}/forms`);
    expect(stdout).toContain('4 of 10 files');
    expect(released.statuses()).toEqual({ ...COMPLETED, tokens: 'pending', report: 'pending' });
  });

  it.each<ReleasedRun>(['interrupted', 'headless'])(
    'is completed by swarm run after it was %s',
    async (name) => {
      await using released = await openReleased(name);
      const work = (task: string) => `report('Report of ${task} by the current version.')`;
      const source = fakeClient({ tokens: work('tokens'), report: work('report') });
      const env = { SWARM_CLAUDE_BIN: writeFake(released.root, source) };
      const { code, stderr } = await released.swarm(['run', released.run], env);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(released.statuses()).toEqual({ ...COMPLETED, report: 'completed' });
      const { tasks } = JSON.parse(readFileSync(released.status, 'utf8'));
      expect(
        tasks.map(({ id, attempts }: { id: string; attempts: number }) => [id, attempts]),
      ).toEqual([
        ['routes', 1],
        ['forms', 1],
        ['tokens', 2],
        ['report', 1],
      ]);
      expect(readFileSync(released.summary, 'utf8')).toContain('results/report.md');
    },
  );
});
