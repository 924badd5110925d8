import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunPaths, runPaths } from '../../src/store/run-paths.ts';

const RELEASED = join(import.meta.dirname, '../fixtures/runs-of-0.1.0');

/**
 * Runs as version 0.1.0 left them, of one plan whose task `report` needs the other three:
 * - `completed`: of a conversation, with its summary read.
 * - `interrupted`: of a conversation that was killed while `forms`, which had stored its report, and
 *   `tokens`, at 40 percent, were running.
 * - `headless`: of `swarm run`, interrupted while `tokens` was running, at 40 percent.
 */
export type ReleasedRun = 'completed' | 'interrupted' | 'headless';

/** Copies such a run into a repository. */
export function copyReleasedRun(root: string, name: ReleasedRun): RunPaths {
  const [run = ''] = readdirSync(join(RELEASED, name));
  const paths = runPaths(root, run);
  mkdirSync(paths.dir, { recursive: true });
  cpSync(join(RELEASED, name, run), paths.dir, { recursive: true });
  return paths;
}
