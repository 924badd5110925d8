import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { appendEvents } from '../../src/ledger/ledger-file.ts';
import { createRun } from '../../src/operations/plans/create-run.ts';
import type { RunPaths } from '../../src/store/run-paths.ts';
import { inSession, makeHost } from '../../test/support/host.ts';

export const SESSION = '7e4ed01b-d6e3-42a3-b027-80a4d4e9ba59';

/** A directory that is removed with `using`. */
export interface Scratch extends Disposable {
  readonly path: string;
}

export function makeScratch(): Scratch {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-bench-')));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes a directory that counts as a git checkout. */
export function makeCheckout(scratch: Scratch, name: string): string {
  const root = join(scratch.path, name);
  mkdirSync(join(root, '.git'), { recursive: true });
  return root;
}

export function copyCheckout(scratch: Scratch, from: string, name: string): string {
  const root = join(scratch.path, name);
  cpSync(from, root, { recursive: true });
  return root;
}

export const taskName = (index: number): string => `task-${index}`;
export const attemptName = (index: number): string => `toolu_${index}`;
export const agentName = (index: number): string => `a${String(index).padStart(16, '0')}`;

/** Creates a run whose tasks do not need each other. */
export function makeRun(root: string, taskCount: number): RunPaths {
  const tasks = Array.from({ length: taskCount }, (_, index) => ({
    id: taskName(index),
    title: `Work on part ${index}`,
    agent: 'swarm-worker',
    tier: 'medium' as const,
    needs: [],
    writes: [],
    check: [],
    brief: `Look at part ${index} and say what is wrong with it.`,
  }));
  const plan = {
    goal: 'Measure a run',
    quorum: 'all' as const,
    check: [],
    context: 'Context.',
    tasks,
  };
  return createRun(makeHost(root, inSession(SESSION)), plan, '---\n---\n').paths;
}

/** Launches tasks, starting with `first`, and gives each an agent. */
export function startTasks(paths: RunPaths, first: number, count: number): void {
  const at = new Date().toISOString();
  const events = Array.from({ length: count }, (_, nth): LedgerEvent[] => {
    const index = first + nth;
    const attempt = attemptName(index);
    return [
      { event: 'attempt.launched', at, task: taskName(index), attempt, session: SESSION },
      { event: 'attempt.started', at, attempt, agentId: agentName(index) },
    ];
  });
  appendEvents(paths.ledger, events.flat());
}
