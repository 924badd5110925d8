import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/**
 * What defines an agent type: the text of its file in the project, at the user or in the plugin.
 * @returns its name where no file is found, as for the client's own agents
 */
export function readAgentDefinition(
  agent: string,
  places: { root: string; packageRoot: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const name = agent.split(':').at(-1) ?? agent;
  const ofUser = places.env.CLAUDE_CONFIG_DIR ?? join(homedir(), '.claude');
  for (const directory of [join(places.root, '.claude'), ofUser, places.packageRoot]) {
    const text = findDefinition(join(directory, 'agents'), name);
    if (text !== null) return text;
  }
  return agent;
}

/** The client goes by the name in a file, and looks in folders, too. */
function findDefinition(directory: string, name: string): string | null {
  for (const file of listFiles(directory)) {
    if (!file.endsWith('.md')) continue;
    const text = readText(join(directory, file));
    const [, named = basename(file, '.md')] = /^name:\s*["']?([^"'\s]+)/m.exec(text ?? '') ?? [];
    if (named === name) return text;
  }
  return null;
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { encoding: 'utf8', recursive: true }).sort();
  } catch {
    return [];
  }
}

/** What cannot be read may be a folder of that name. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
