import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Finds the programs with a name on the `PATH` of an environment.
 * @returns absolute paths in the order of `PATH`, so a shell would run the first one
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

/** The absolute directories on the `PATH` of an environment, in its order. */
export function directoriesOnPath(env: Readonly<Record<string, string | undefined>>): string[] {
  return (env.PATH ?? env.Path ?? '').split(delimiter).filter(isAbsolute);
}

/** Whether a path is a file that this user may execute. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
