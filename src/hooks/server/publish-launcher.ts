import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../platform/write-file-atomic.ts';

/** Starts the `swarm` of the plugin that was loaded last, whose path is in the file beside. */
const LAUNCHER = '#!/bin/sh\nexec node "$(cat "$(dirname "$0")/../root")/bin/swarm" "$@"\n';

/**
 * Writes a `swarm` to the plugin's data directory, for the person's own terminal: that directory
 * stays where it is when the plugin is updated.
 */
export function publishLauncher({ CLAUDE_PLUGIN_DATA, SWARM_ATTEMPT }: NodeJS.ProcessEnv): void {
  if (!CLAUDE_PLUGIN_DATA || SWARM_ATTEMPT) return;
  const file = join(CLAUDE_PLUGIN_DATA, 'bin', 'swarm');
  try {
    if (isWritten(file)) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileAtomic(file, LAUNCHER, { mode: 0o700 });
  } catch {
    // The person can still use the plugin's own file.
  }
}

function isWritten(file: string): boolean {
  try {
    return readFileSync(file, 'utf8') === LAUNCHER;
  } catch {
    return false;
  }
}
