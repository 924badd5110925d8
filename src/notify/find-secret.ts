import { resolve } from 'node:path';
import { SwarmError } from '../errors/swarm-error.ts';
import { readPrivateFile } from '../platform/private-file.ts';

/** Where a secret is: in an environment variable, or in a file that only the user can read. */
export interface SecretPlace {
  secretEnv?: string | undefined;
  secretFile?: string | undefined;
}

export interface SecretSources {
  env: Readonly<Record<string, string | undefined>>;
  /** The directory that paths are relative to. */
  root: string;
}

/**
 * Reads a secret. It is read for each use, so that a new one takes effect at once.
 * @throws {SwarmError} that says where it was expected; the message does not contain it
 */
export function findSecret({ secretEnv, secretFile }: SecretPlace, from: SecretSources): string {
  if (secretFile === undefined) return findVariable(secretEnv ?? '', from);
  const path = resolve(from.root, secretFile);
  const secret = readPlace(path).trim();
  if (secret === '') throw new SwarmError(`${path}: expected a secret, found an empty file`);
  return secret;
}

/** @throws {SwarmError} when the variable is unset or empty */
export function findVariable(name: string, { env }: SecretSources): string {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return value;
  throw new SwarmError(
    `expected the environment variable ${name} to hold a secret, found it ${env[name] === undefined ? 'unset' : 'empty'}. Set it where the hub is started`,
  );
}

function readPlace(path: string): string {
  try {
    return readPrivateFile(path);
  } catch (error) {
    if (error instanceof SwarmError) throw error;
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw new SwarmError(`${path}: expected a file with a secret, found ${code}`, 2, {
      cause: error,
    });
  }
}
