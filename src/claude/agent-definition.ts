import { basename, join } from 'node:path';
import { textFilesBelow } from '../platform/text-files-below.ts';
import { userConfigDir } from './config-paths.ts';

/**
 * Reads the file that defines an agent type, from the project, the user or the plugin.
 * @param places.root of the project
 * @returns its text; the agent's name if no file defines it, as with Claude Code's built-in agents
 */
export function readAgentDefinition(
  agent: string,
  places: { root: string; packageRoot: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const name = agent.split(':').at(-1) ?? agent;
  const { root, packageRoot, env } = places;
  for (const directory of [join(root, '.claude'), userConfigDir(env), packageRoot]) {
    const text = findDefinition(join(directory, 'agents'), name);
    if (text !== null) return text;
  }
  return agent;
}

/** Like Claude Code, goes by the name in the file, wherever below the directory the file is. */
function findDefinition(directory: string, name: string): string | null {
  for (const { path, text } of textFilesBelow(directory, '.md')) {
    const [, named = basename(path, '.md')] = /^name:\s*["']?([^"'\s]+)/m.exec(text) ?? [];
    if (named === name) return text;
  }
  return null;
}
