import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFinding, findingsOf } from '../core/finding.ts';
import { SwarmError } from '../core/swarm-error.ts';
import { type Config, config } from '../schema/config.ts';

export const CONFIG_FILE = '.claude/swarm-parallel.json';

/**
 * Reads the configuration of a repository; without the file it is empty.
 * @throws {SwarmError} naming each bad field, what was expected and what was found
 */
export function readConfig(root: string): Config {
  const path = join(root, CONFIG_FILE);
  if (!existsSync(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SwarmError(`${CONFIG_FILE}: expected JSON, found ${(error as Error).message}`, 2, {
      cause: error,
    });
  }
  const parsed = config.safeParse(value);
  if (parsed.success) return parsed.data;
  const findings = findingsOf(parsed.error.issues, value, () => null);
  throw new SwarmError(findings.map((one) => describeFinding(CONFIG_FILE, one)).join('\n'));
}
