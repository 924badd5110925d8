import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun } from '../operations/plans/create-run.ts';
import type { Host } from '../store/host.ts';
import { loadRun, type RunHandle } from '../store/run-handle.ts';
import { errorLog, runPaths } from '../store/run-paths.ts';

/** A temporary project with a run of one task, which hooks are tried in. */
export interface ProbeProject {
  dir: string;
  run: string;
  /** The file where a `SessionStart` hook sets variables for the session's Bash calls. */
  envFile: string;
  /** Loads the run from its files. */
  load(): RunHandle;
  /** Returns and removes the error log of the hooks; null if there is none. */
  takeErrors(): string | null;
  remove(): void;
}

export const PROBE_TASK = 'probe';
export const PROBE_SESSION = 'swarm-doctor';

export function createProbeProject(now: Date): ProbeProject {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-doctor-')));
  const remove = (): void => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  const log = errorLog(dir);
  try {
    // A git directory makes it a project of its own, even inside another repository.
    mkdirSync(join(dir, '.git'));
    const host: Host = {
      root: dir,
      caller: { kind: 'session', session: PROBE_SESSION },
      stateDir: join(dir, 'state'),
      isPlugin: true,
      now: () => now.toISOString(),
      isAlive: () => true,
      notify: () => {},
      load: loadRun,
    };
    const task = { id: PROBE_TASK, title: 'Probe the hooks', agent: 'swarm-worker' };
    const plan = {
      goal: 'Check that hooks do their job',
      quorum: 'all' as const,
      context: '',
      check: [],
      tasks: [
        { ...task, tier: 'quick' as const, needs: [], writes: [], check: [], brief: 'Do nothing.' },
      ],
    };
    const { run } = createRun(host, plan, '').paths;
    return {
      dir,
      run,
      envFile: join(dir, 'session-env.sh'),
      load: () => loadRun(runPaths(dir, run)),
      takeErrors() {
        if (!existsSync(log)) return null;
        const text = readFileSync(log, 'utf8');
        rmSync(log);
        return text;
      },
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}
