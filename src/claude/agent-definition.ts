import { basename, join } from 'node:path';
import { readRegularFile } from '../platform/regular-file.ts';
import { textFilesBelow } from '../platform/text-files-below.ts';
import { userConfigDir } from './config-paths.ts';

/**
 * Reads the file that defines an agent type, from its plugin, the project or the user.
 * @param places.root of the project
 * @returns its text; the agent's name if no file defines it, as with Claude Code's built-in agents
 */
export function readAgentDefinition(
  agent: string,
  places: { root: string; packageRoot: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const [name = agent, plugin] = agent.split(':').reverse();
  const { root, packageRoot, env } = places;
  const own = [join(root, '.claude'), userConfigDir(env), packageRoot];
  const others = plugin === undefined ? [] : installPaths(plugin, userConfigDir(env));
  for (const directory of [...others, ...own]) {
    const text = findDefinition(join(directory, 'agents'), name);
    if (text !== null) return text;
  }
  return agent;
}

/** Where Claude Code has installed a plugin, according to its list; none if it is unreadable. */
function installPaths(plugin: string, configDir: string): string[] {
  try {
    const list = readRegularFile(join(configDir, 'plugins', 'installed_plugins.json'));
    const { plugins } = JSON.parse(list) as { plugins: Record<string, { installPath: string }[]> };
    return Object.entries(plugins)
      .filter(([name]) => name.split('@')[0] === plugin)
      .flatMap(([, installed]) => installed)
      .flatMap(({ installPath }) => (typeof installPath === 'string' ? installPath : []));
  } catch {
    return [];
  }
}

/** Like Claude Code, goes by the name in the file, wherever below the directory the file is. */
function findDefinition(directory: string, name: string): string | null {
  for (const { path, text } of textFilesBelow(directory, '.md')) {
    const [, named = basename(path, '.md')] = /^name:\s*["']?([^"'\s]+)/m.exec(text) ?? [];
    if (named === name) return text;
  }
  return null;
}
