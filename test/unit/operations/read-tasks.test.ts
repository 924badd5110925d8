import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config/config-schema.ts';
import { initProject } from '../../../src/operations/setup/init-project.ts';
import { removeRun } from '../../../src/operations/setup/remove-run.ts';
import { findTranscript } from '../../../src/operations/tasks/find-transcript.ts';
import { showTask } from '../../../src/operations/tasks/show-task.ts';
import { parsePlan } from '../../../src/plan/parse-plan.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { listRuns } from '../../../src/store/run-index.ts';
import { worktreePath } from '../../../src/store/run-paths.ts';
import { renderTask } from '../../../src/view/terminal/render-task.ts';
import { hostAt, makeHost } from '../../support/host.ts';
import {
  at,
  completes,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const plain = (_: unknown, text: string) => text;

describe('swarm show', () => {
  it('has brief, attempts, evidence, checks and report of a task', async () => {
    await using dir = await makeTempDir();
    const check = { command: 'npm test', exitCode: 0, failure: null, durationMs: 1_000 };
    const run = storeRun(dir.path, [
      opened([makeTask('a', { writes: ['src/**'], check: ['npm test'] })]),
      launched('a'),
      started('a'),
      {
        ...{ event: 'work.observed', at: at(3), attempt: 'call-a', moreFiles: 0, usage: null },
        ...{ toolCalls: { Edit: 2 }, filesChanged: ['src/x'], permissionDenials: [], model: 'm' },
      },
      { event: 'check.started', at: at(4), attempt: 'call-a' },
      {
        ...{ event: 'check.ended', at: at(5), attempt: 'call-a', isPassed: true },
        ...{ results: [check], output: 'checks/a.1.log' },
      },
      ...completes('a').slice(2),
    ]);

    const task = showTask(run, 'a');

    expect(task).toMatchObject({
      ...{ run: RUN, id: 'a', status: 'completed', brief: 'Brief of a.', writes: ['src/**'] },
      history: [{ number: 1, outcome: 'reported', agentId: 'agent-a' }],
      evidence: { toolCalls: { Edit: 2 }, filesChanged: ['src/x'] },
      checks: [{ command: 'npm test', exitCode: 0 }],
      report: 'x'.repeat(8),
    });
    const text = renderTask(task, run.paths.dir, plain);
    for (const part of ['Brief of a.', 'Edit 2', 'npm test', 'xxxx', 'reported'])
      expect(text).toContain(part);
  });
});

describe('the transcript of an agent', () => {
  const attempt = { agentId: 'a1', session: 's1', worker: null };

  it('is found in the directory of its session, whatever the project is called there', async () => {
    await using dir = await makeTempDir();
    const path = join(dir.path, 'projects', '-work-x', 's1', 'subagents', 'agent-a1.jsonl');
    mkdirSync(dirname(path), { recursive: true });
    expect(findTranscript(dir.path, attempt)).toBe(null);
    writeFileSync(path, '');
    expect(findTranscript(dir.path, attempt)).toBe(path);
  });

  it('is never looked for outside of it', async () => {
    await using dir = await makeTempDir();
    mkdirSync(join(dir.path, 'projects', 'x'), { recursive: true });
    writeFileSync(join(dir.path, 'agent-a1.jsonl'), '');
    expect(findTranscript(dir.path, { ...attempt, agentId: '../../a1' })).toBe(null);
    expect(findTranscript(dir.path, { ...attempt, session: '../..' })).toBe(null);
  });
});

describe('swarm rm', () => {
  it('removes the files of a run, and its marker', async () => {
    await using dir = await makeTempDir();
    const run = storeRun(dir.path, [opened(['a']), ...completes('a')]);
    expect(removeRun(run, hostAt(dir.path, at(99)))).toMatchObject({ outcome: 'removed' });
    expect(listRuns(dir.path)).toEqual([]);
    expect(existsSync(run.paths.openMarker)).toBe(false);
  });

  it('keeps a run that somebody works on, and one with worktrees', async () => {
    await using dir = await makeTempDir();
    const working = storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    expect(() => removeRun(working, makeHost(dir.path))).toThrow(/working on it/);
    const added = { at: at(2), task: 'a', branch: 'b', base: '0'.repeat(40) };
    const events = [opened(['a']), { event: 'worktree.added', ...added } as const];
    const kept = storeRun(dir.path, [...events, ...completes('a')]);
    mkdirSync(worktreePath(kept.paths, 'a'), { recursive: true });
    expect(() => removeRun(kept, makeHost(dir.path))).toThrow(/worktrees/);
    expect(loadRun(kept.paths).state.tasks.size).toBe(1);
  });
});

describe('swarm init', () => {
  it('writes a valid configuration and a valid plan, and keeps what exists', async () => {
    await using dir = await makeTempDir();
    writeFileSync(join(dir.path, 'package.json'), '{"scripts": {"test": "vitest"}}');
    const files = ['.claude/swarm-parallel.json', 'plan.md'];

    expect(initProject(dir.path)).toMatchObject({ written: files, kept: [] });

    const [settings = '', plan = ''] = files.map((name) =>
      readFileSync(join(dir.path, name), 'utf8'),
    );
    expect(config.parse(JSON.parse(settings))).toMatchObject({ checks: { test: ['npm test'] } });
    expect(parsePlan(plan, () => null).findings).toEqual([]);
    writeFileSync(join(dir.path, 'plan.md'), 'mine');
    expect(initProject(dir.path)).toMatchObject({ written: [], kept: files });
    expect(readFileSync(join(dir.path, 'plan.md'), 'utf8')).toBe('mine');
  });
});
