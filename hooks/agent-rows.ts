import { readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { listAgentRows } from '../src/operations/list-agent-rows.ts';
import { readStdinSync } from '../src/platform/read-stdin-sync.ts';
import { locateRoot } from '../src/platform/repository-paths.ts';
import { displayWidth, truncateToWidth } from '../src/text/display-width.ts';
import type { Color } from '../src/view/status-labels.ts';

/** Loading a library for these few would take longer than the rest of the process. */
const SGR: Record<Color, number> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  gray: 90,
};

const paint = (color: Color, text: string) => `\x1b[${SGR[color]}m${text}\x1b[0m`;

/**
 * `subagentStatusLine`: Claude Code writes the agents it shows to stdin and reads a line of JSON
 * for each row to replace. If anything fails, it draws its own rows.
 */
try {
  const root = locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
  const runs = openRuns(root);
  if (runs.length > 0) {
    const rows = listAgentRows(root, runs, JSON.parse(readStdinSync()), {
      now: Date.now(),
      paint: process.env.NO_COLOR ? (_, text) => text : paint,
      width: displayWidth,
      cut: truncateToWidth,
    });
    writeSync(1, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
} catch (error) {
  process.stderr.write(`swarm-parallel: ${(error as Error).message}\n`);
}

function openRuns(root: string): string[] {
  try {
    return readdirSync(join(root, '.swarm', 'open'));
  } catch {
    return [];
  }
}
