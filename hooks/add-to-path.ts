import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * If the plugin was copied into a `.claude` folder, puts `swarm` on the PATH of the session's Bash
 * calls when the session starts, through the file that Claude Code reads for that. An installed
 * plugin's `bin/` does not need this.
 */
const file = process.env.CLAUDE_ENV_FILE;
const bin = resolve(__dirname, '..', 'bin');

if (file) {
  // Inside single quotes the shell takes every character literally except the quote itself.
  const quoted = `'${bin.replaceAll("'", `'\\''`)}'`;
  appendFileSync(file, `export PATH=${quoted}:"$PATH"\n`, { mode: 0o600 });
}
