import { entriesOfLine } from '../../claude/transcript-entries.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import type { Attempt } from '../../run/attempt.ts';
import { findTranscript } from './find-transcript.ts';

/**
 * The time of the first tool call of an attempt's agent, from the client's transcript.
 * @param configDir the user's configuration directory of Claude Code, absolute
 * @returns ISO 8601; null if there is no transcript, or no call in it
 */
export function firstToolCall(configDir: string, attempt: Attempt): string | null {
  const path = findTranscript(configDir, attempt);
  if (path === null) return null;
  try {
    const lines = readRegularFile(path).split('\n');
    for (const line of lines) {
      const call = entriesOfLine(line).find(({ kind }) => kind === 'call');
      if (call) return call.at;
    }
  } catch {
    // The client may remove it at any time.
  }
  return null;
}
