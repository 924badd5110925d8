import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import { createFileOnce } from '../../platform/create-file-once.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { hubsDirectory } from './hub-directory.ts';

/** The environment variable with the token of the hub. */
export const HUB_TOKEN_VARIABLE = 'SWARM_HUB_TOKEN';

export interface HubToken {
  value: string;
  /** The file that keeps it; null if it comes from the environment. */
  file: string | null;
  /** Whether it was made just now. */
  isNew: boolean;
}

/** Shorter tokens can be guessed; others cannot be sent in a header. */
const STRONG = /^[\w.~+/=-]{16,}$/;

/**
 * The token that requests must prove to know: that of the environment, or one that is made once and
 * kept in a file that only the user can read.
 * @throws {SwarmError} if that of the environment could be guessed
 */
export function readHubToken(
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): HubToken {
  const given = env[HUB_TOKEN_VARIABLE];
  if (given) {
    assertStrong(given);
    return { value: given, file: null, isNew: false };
  }
  const file = tokenFile(stateDir);
  mkdirSync(hubsDirectory(stateDir), { recursive: true, mode: 0o700 });
  const made = randomBytes(24).toString('base64url');
  const value = createFileOnce(file, made).trim();
  assertStrong(value, file);
  return { value, file, isNew: value === made };
}

/** The token of the hub that runs, for another process of the user; null if there is none. */
export function findHubToken(
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): string | null {
  try {
    return env[HUB_TOKEN_VARIABLE] || readRegularFile(tokenFile(stateDir)).trim();
  } catch {
    return null;
  }
}

function tokenFile(stateDir: string): string {
  return join(hubsDirectory(stateDir), 'token');
}

function assertStrong(token: string, place = HUB_TOKEN_VARIABLE): void {
  if (STRONG.test(token)) return;
  throw new SwarmError(
    `${place}: expected at least 16 letters, digits or characters of "-._~+/=", found ${token.length} characters; remove it to have one generated`,
  );
}
