import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes where the plugin lies into the directory that the client keeps for it. Clients before the
 * one that hands `CLAUDE_PLUGIN_ROOT` to `subagentStatusLine` leave its command no other way to
 * find the plugin.
 */
export function publishPluginRoot(env: NodeJS.ProcessEnv): void {
  const { CLAUDE_PLUGIN_ROOT, CLAUDE_PLUGIN_DATA, SWARM_ATTEMPT } = env;
  // A worker loads another directory, in which nothing draws rows.
  if (!CLAUDE_PLUGIN_ROOT || !CLAUDE_PLUGIN_DATA || SWARM_ATTEMPT) return;
  const file = join(CLAUDE_PLUGIN_DATA, 'root');
  const line = `${CLAUDE_PLUGIN_ROOT}\n`;
  try {
    if (readText(file) !== line) writeFileSync(file, line, { mode: 0o600 });
  } catch {
    // Only the rows of agents are lost with it.
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
