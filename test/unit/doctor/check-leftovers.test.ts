import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLeftovers } from '../../../src/doctor/check-leftovers.ts';
import { appendEvents } from '../../../src/ledger/ledger-file.ts';
import { createRun } from '../../../src/operations/plans/create-run.ts';
import type { RunPaths } from '../../../src/store/run-paths.ts';
import { hostAt, inSession } from '../../support/host.ts';
import { makeMachine, NOW } from '../../support/machine.ts';
import { makeNewer } from '../../support/newer-run.ts';

const HOUR = 3_600_000;
const at = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

function open(root: string): RunPaths {
  const task = {
    id: 'a',
    title: 'Do part a',
    agent: 'swarm-worker',
    tier: 'quick' as const,
    needs: [],
    writes: [],
    check: [],
    brief: 'Do it.',
  };
  const plan = { goal: 'Goal', quorum: 'all' as const, check: [], context: '', tasks: [task] };
  return createRun(hostAt(root, NOW, inSession('session')), plan, '').paths;
}

function launchAndLose(paths: RunPaths): void {
  const time = { at: NOW.toISOString() };
  const ids = { task: 'a', attempt: 'toolu_1', session: 'session' };
  appendEvents(paths.ledger, [
    { event: 'attempt.launched', ...time, ...ids },
    { event: 'session.ended', ...time, session: 'session', reason: 'other' },
    { event: 'cancel.requested', ...time, task: null },
  ]);
}

describe('checkLeftovers', () => {
  it('reports nothing without runs, and nothing about a recent run', async () => {
    await using machine = await makeMachine();
    const { project } = machine;
    expect(checkLeftovers(project, NOW.getTime())).toMatchObject([{ level: 'ok' }]);
    open(project);
    expect(checkLeftovers(project, at(24).getTime())).toMatchObject([{ level: 'ok' }]);
  });

  it('reports a run that has not ended and has had no event for a day', async () => {
    await using machine = await makeMachine();
    const { run } = open(machine.project);
    const [finding] = checkLeftovers(machine.project, at(25).getTime());
    expect(finding).toMatchObject({ id: 'open-run', code: 'run_stale', level: 'warning' });
    expect(finding?.message).toContain(run);
    expect(finding?.message).toContain('25h');
    expect(finding?.fix).toContain(`swarm cancel ${run}`);
  });

  it('only notes an ended run whose summary was never read', async () => {
    await using machine = await makeMachine();
    const paths = open(machine.project);
    launchAndLose(paths);
    const find = () => checkLeftovers(machine.project, at(25).getTime());
    expect(find()).toMatchObject([{ id: 'open-run', code: 'summary_unread', level: 'note' }]);
    appendEvents(paths.ledger, [
      { event: 'summary.read', at: NOW.toISOString(), session: 'session' },
    ]);
    expect(find()).toMatchObject([{ level: 'ok' }]);
  });

  it('reports damaged ledgers, and one that cannot be read', async () => {
    await using machine = await makeMachine();
    const paths = open(machine.project);
    appendFileSync(paths.ledger, '{"event":"task.check');
    const find = () => checkLeftovers(machine.project, NOW.getTime());
    expect(find()).toMatchObject([{ code: 'ledger_damaged', level: 'warning' }]);
    expect(find()[0]?.message).toContain('cut off');
    writeFileSync(paths.ledger, 'nothing\n');
    expect(find()).toMatchObject([{ code: 'ledger_unreadable', level: 'error' }]);
    rmSync(paths.ledger);
    expect(find()).toMatchObject([{ code: 'ledger_unreadable', level: 'error' }]);
  });

  it('names each unknown event of a ledger', async () => {
    await using machine = await makeMachine();
    const paths = open(machine.project);
    for (const name of ['task.dreamt', 'task.slept', 'task.dreamt']) {
      appendFileSync(paths.ledger, `${JSON.stringify({ event: name, at: NOW })}\n`);
    }
    const [finding] = checkLeftovers(machine.project, NOW.getTime());
    expect(finding?.message).toMatch(/2 events.*task\.dreamt.*task\.slept/);
  });

  it('advises to update, not to remove, a run of a newer ledger format', async () => {
    await using machine = await makeMachine();
    makeNewer(open(machine.project));
    const [finding] = checkLeftovers(machine.project, NOW.getTime());
    expect(finding).toMatchObject({ id: 'ledger', level: 'error', fix: 'Update swarm-parallel.' });
    expect(finding?.message).toContain('ledger format');
  });

  it('reports temporary files, but not one that may still be in use', async () => {
    await using machine = await makeMachine();
    const paths = open(machine.project);
    const file = join(paths.tasks, 'a.md.1-0.tmp');
    writeFileSync(file, '');
    utimesSync(file, NOW, NOW);
    expect(checkLeftovers(machine.project, NOW.getTime() + 1_000)).toMatchObject([{ level: 'ok' }]);
    const [finding] = checkLeftovers(machine.project, NOW.getTime() + 120_000);
    expect(finding).toMatchObject({ id: 'temporary-files', level: 'warning' });
    expect(finding?.message).toContain(file);
    rmSync(file);
    const draft = join(machine.project, '.swarm/runs/.20261122-120000-000abc.new');
    mkdirSync(draft);
    utimesSync(draft, NOW, NOW);
    const [other] = checkLeftovers(machine.project, NOW.getTime() + 120_000);
    expect(other?.message).toContain(draft);
  });

  it('counts the errors of hooks, and quotes the newest one without control characters', async () => {
    await using machine = await makeMachine();
    machine.write(
      'project/.swarm/errors.log',
      '2026-11-22T10:00:00.000Z Error: first\n    at somewhere\n2026-11-22T11:00:00.000Z Error: \u001b[31msecond\n    at elsewhere\n',
    );
    const [finding] = checkLeftovers(machine.project, NOW.getTime());
    expect(finding).toMatchObject({ code: 'hook_errors_logged', level: 'warning' });
    expect(finding?.message).toMatch(
      /^2 errors .*errors\.log.*2026-11-22T11:00:00\.000Z Error: second$/,
    );
  });
});
