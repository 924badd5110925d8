import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the plugin's path to its data directory, where a `subagentStatusLine` command in the
 * user's settings finds it: clients without modules draw the rows of agents with that.
 */
export function publishPluginRoot(env: NodeJS.ProcessEnv): void {
  const { CLAUDE_PLUGIN_ROOT, CLAUDE_PLUGIN_DATA, SWARM_ATTEMPT } = env;
  // A worker loads a plugin directory that draws no agent rows.
  if (!CLAUDE_PLUGIN_ROOT || !CLAUDE_PLUGIN_DATA || SWARM_ATTEMPT) return;
  const file = join(CLAUDE_PLUGIN_DATA, 'root');
  const line = `${CLAUDE_PLUGIN_ROOT}\n`;
  try {
    if (readText(file) !== line) writeFileSync(file, line, { mode: 0o600 });
  } catch {
    // This affects only the agent rows.
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
