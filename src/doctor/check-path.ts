import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { directoriesOnPath, findOnPath } from '../platform/find-on-path.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';
import { packageOf } from './package-of.ts';

/**
 * Checks that an agent's Bash call finds our `swarm` and not another one: Claude Code puts a
 * plugin's `bin/` last on `PATH`, the drop-in puts its own first.
 * @param root directory of the installation that the project uses
 */
export function checkPath(
  root: string,
  kind: 'plugin' | 'drop-in',
  env: DoctorEnvironment['env'],
): DoctorFinding {
  const ours = join(root, 'bin', 'swarm');
  const [first] = findOnPath('swarm', env);
  if (kind === 'drop-in' || first === undefined || isSame(first, ours)) {
    return finding('path_ok', `agents find ${ours}`);
  }
  const version = packageOf(ours)?.version;
  const otherVersion = packageOf(first)?.version;
  if (otherVersion === undefined) {
    const message = `agents find another program named swarm: ${first}`;
    const fix = `Remove ${dirname(first)} from the PATH of Claude Code, rename the program, or use \`swarm install\`, which puts our swarm first.`;
    return finding('path_other_program', message, fix);
  }
  if (otherVersion === version) {
    return finding('path_ok', `agents find ${first}, which has the same version`);
  }
  const message = `agents find swarm ${otherVersion} (${first}), but the plugin is ${version}`;
  return finding('path_other_version', message, 'Update both to the same version.');
}

function isSame(a: string, b: string): boolean {
  // A directory on PATH may not exist.
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}

/** Whether a session has put the plugin's `bin/` on `PATH`, as it does for `--plugin-dir`, too. */
export function isPluginOnPath(root: string, env: DoctorEnvironment['env']): boolean {
  return directoriesOnPath(env).some((directory) => isSame(directory, join(root, 'bin')));
}
