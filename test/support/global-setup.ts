import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalIfAlive } from '../../src/platform/process/kill-process-tree.ts';
import { readProcessTable } from '../../src/platform/process/process-table.ts';

/** How long processes may take to exit by themselves; milliseconds. */
const GRACE_MS = 5_000;

/**
 * Gives the test run a temporary directory of its own for all directories of tests.
 *
 * @returns a teardown that kills the remaining processes in it and fails if anything was left behind
 */
export default function setup(): () => Promise<void> {
  // Beside the other: its name is in the environment of every process.
  const state = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-state-')));
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-')));
  process.env.TMPDIR = dir;
  process.env.XDG_STATE_HOME = state;
  return async () => {
    for (let waited = 0; waited < GRACE_MS && processesIn(dir).length > 0; waited += 100) {
      await sleep(100);
    }
    const processes = processesIn(dir);
    for (const { pid } of processes) signalIfAlive(pid, 'SIGKILL');
    const directories = readdirSync(dir).filter((name) => name.startsWith('swarm-'));
    for (const made of [dir, state])
      rmSync(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const left = [...processes.map(({ pid, name }) => `process ${pid} (${name})`), ...directories];
    if (left.length === 0) return;
    // The test runner prints an error of a teardown, but does not treat it as a failure.
    process.exitCode = 1;
    throw new Error(`the tests left behind: ${left.join(', ')}`);
  };
}

/**
 * The processes of tests: their working directory or environment names a directory of a test. For
 * workers of the test runner it is only the parent directory.
 */
function processesIn(dir: string): { pid: number; name: string }[] {
  const inside = `${dir}${sep}`;
  return readProcessTable()
    .filter(
      ({ pid, environment }) => environment?.includes(inside) || cwdOf(pid).startsWith(inside),
    )
    .map(({ pid, environment }) => ({
      pid,
      name: environment?.split('\0').find((one) => one.includes(inside)) ?? cwdOf(pid),
    }));
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
