import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The data directories of the plugin, of every way in which it was ever loaded on this machine.
 * @param configDir the user's configuration directory of Claude Code
 */
export function pluginDataDirs(configDir: string): string[] {
  const all = join(configDir, 'plugins', 'data');
  const names = existsSync(all) ? readdirSync(all) : [];
  return names.flatMap((name) => (name.startsWith('swarm-parallel') ? join(all, name) : []));
}
