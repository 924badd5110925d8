import { CONFIG_FILE } from '../config/config-file.ts';
import { readConfig } from '../config/read-config.ts';
import { plural } from '../text/format.ts';
import { type DoctorFinding, finding } from './finding.ts';

export interface ConfiguredTriggers {
  /** What is wrong with the file of the configuration, one line each. */
  fileProblems(): string[];
  /** That, and what is wrong with the plans and secrets that it names. */
  problems(): string[];
}

/**
 * Checks the schedules, webhooks and targets of messages that a repository configures.
 * @param root of the repository, absolute
 * @param open reads them; called if there are any
 * @returns nothing if there are none, or the configuration as a whole is invalid
 */
export async function checkTriggers(
  root: string,
  open: () => Promise<ConfiguredTriggers>,
): Promise<DoctorFinding[]> {
  const names = configuredIn(root);
  if (names.length === 0) return [];
  const triggers = await open();
  const invalid = triggers.fileProblems();
  if (invalid.length > 0) {
    const fix = `Correct ${CONFIG_FILE}; until then a hub uses none of them.`;
    return invalid.map((message) => finding('triggers_invalid', message, fix));
  }
  const unusable = triggers.problems();
  if (unusable.length === 0) return [finding('triggers_ok', `${names.join(' and ')} can be used`)];
  // A hub may have been started with secrets that this shell does not have.
  const fix = 'Correct it, or ignore this if it is different where the hub is started.';
  return unusable.map((message) => finding('triggers_unusable', message, fix));
}

function configuredIn(root: string): string[] {
  try {
    const { schedules, webhooks, notify } = readConfig(root);
    return [
      ...named('schedule', schedules),
      ...named('webhook', webhooks),
      ...named('target', notify?.targets),
    ];
  } catch {
    return [];
  }
}

/** What is no list or object of entries is a problem that the check names. */
function named(kind: string, entries: unknown): string[] {
  if (entries === undefined) return [];
  const count = typeof entries === 'object' && entries ? Object.keys(entries).length : 1;
  return count === 0 ? [] : [plural(count, kind)];
}
