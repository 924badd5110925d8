import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * At the start of a session, where the plugin was dropped into a `.claude` folder: puts `swarm` on
 * the PATH of the session's Bash calls, by the file that Claude Code reads for that. A plugin's
 * `bin/` needs none of this.
 */
const file = process.env.CLAUDE_ENV_FILE;
const bin = resolve(__dirname, '..', 'bin');

if (file) {
  // In single quotes the shell takes every character as it is, but for the quote itself.
  const quoted = `'${bin.replaceAll("'", `'\\''`)}'`;
  appendFileSync(file, `export PATH=${quoted}:"$PATH"\n`, { mode: 0o600 });
}
