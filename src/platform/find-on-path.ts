import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The programs of a name that the `PATH` of an environment leads to.
 * @returns absolute paths, the one that runs first
 */
export function findOnPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const suffixes = env.PATHEXT ? ['', ...env.PATHEXT.split(';')] : [''];
  const found = directoriesOnPath(env).flatMap((directory) =>
    suffixes.map((suffix) => join(directory, name + suffix)).filter(isProgram),
  );
  return [...new Set(found)];
}

export function directoriesOnPath(env: Readonly<Record<string, string | undefined>>): string[] {
  return (env.PATH ?? env.Path ?? '').split(delimiter).filter(isAbsolute);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
