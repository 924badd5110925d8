import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { userConfigDir } from '../claude/config-paths.ts';
import { findOnPath } from '../platform/find-on-path.ts';
import { pluginDataDirs } from '../store/plugin-data-dirs.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';
import { packageOf } from './package-of.ts';

/**
 * Checks what `swarm` is in the person's own terminal, where the plugin's `bin/` is not on `PATH`.
 * @param root directory of the plugin
 */
export function checkTerminal(root: string, env: DoctorEnvironment['env']): DoctorFinding {
  const [first] = findOnPath('swarm', env).filter((path) => path !== join(root, 'bin', 'swarm'));
  if (first !== undefined && packageOf(first)) {
    return finding('terminal_ok', `your own terminal finds ${first}`);
  }
  const directory = lastingDirectory(root, env);
  const message =
    first === undefined
      ? 'your own terminal finds no swarm'
      : `your own terminal finds another program named swarm: ${first}`;
  if (directory === null) {
    const fix = 'Start Claude Code with the plugin once, then run `swarm doctor` again.';
    return finding('terminal_without_swarm', message, fix);
  }
  const line =
    first === undefined
      ? `export PATH="$PATH:${directory}"`
      : `alias swarm='${join(directory, 'swarm')}'`;
  const fix = `Add this line to ~/.bashrc or ~/.zshrc; it stays valid when the plugin is updated: ${line}`;
  return finding('terminal_without_swarm', message, fix);
}

/** The directory of a `swarm` that an update of the plugin does not move; null if there is none. */
function lastingDirectory(root: string, env: DoctorEnvironment['env']): string | null {
  const launcher = pluginDataDirs(userConfigDir(env)).find(
    (data) => existsSync(join(data, 'bin', 'swarm')) && readRoot(data) === root,
  );
  if (launcher !== undefined) return join(launcher, 'bin');
  // The cache has a directory for each version.
  const isCached = root.startsWith(join(userConfigDir(env), 'plugins', 'cache') + sep);
  return isCached ? null : join(root, 'bin');
}

function readRoot(data: string): string | null {
  try {
    return readFileSync(join(data, 'root'), 'utf8').trim();
  } catch {
    return null;
  }
}
