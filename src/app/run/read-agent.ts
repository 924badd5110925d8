import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What defines an agent type: the text of its file in the project, at the user or in the plugin.
 * @returns its name where no file is found, as for the client's own agents
 */
export function readAgent(
  agent: string,
  places: { root: string; packageRoot: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const name = agent.split(':').at(-1) ?? agent;
  const ofUser = places.env.CLAUDE_CONFIG_DIR ?? join(homedir(), '.claude');
  const file = [join(places.root, '.claude'), ofUser, places.packageRoot]
    .map((directory) => join(directory, 'agents', `${name}.md`))
    .find((path) => existsSync(path));
  return file ? readFileSync(file, 'utf8') : agent;
}
