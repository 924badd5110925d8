import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SwarmError } from '../errors/swarm-error.ts';
import { describeIssue, toValidationIssues } from '../errors/validation-issue.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { CONFIG_FILE } from './config-file.ts';
import { type Config, config } from './config-schema.ts';

/**
 * Reads the configuration of a repository.
 * @param root of the repository, absolute
 * @returns an empty configuration if there is no file
 * @throws {SwarmError} that names each bad field, what was expected and what was found
 */
export function readConfig(root: string): Config {
  const path = join(root, CONFIG_FILE);
  if (!existsSync(path)) return {};
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new SwarmError(
      `${CONFIG_FILE}${placeOf(message, text)}: expected JSON without comments, found ${message}`,
      2,
      {
        cause: error,
      },
    );
  }
  const parsed = config.safeParse(value);
  if (parsed.success) return parsed.data;
  const findings = toValidationIssues(parsed.error.issues, config, value, () => null);
  throw new SwarmError(findings.map((one) => describeIssue(CONFIG_FILE, one)).join('\n'));
}

/** What is wrong with the configuration, one line for each field; empty if nothing is. */
export function configComplaints(root: string): string[] {
  try {
    readConfig(root);
    return [];
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return error.message.split('\n');
  }
}

function readText(path: string): string {
  try {
    // Some editors begin a file with a byte order mark.
    return readRegularFile(path).replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof SwarmError) throw error;
    const { message } = error as Error;
    throw new SwarmError(`${CONFIG_FILE}: expected a file, found ${message}`, 2, { cause: error });
  }
}

/** `:<line>`, or an empty text if the parser gives no position, as at the end of the text. */
function placeOf(message: string, text: string): string {
  const position = / at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  return `:${text.slice(0, Number(position)).split('\n').length}`;
}
