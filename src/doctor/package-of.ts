import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';

/** An installation of this package. */
export interface InstalledPackage {
  /** Absolute, without symbolic links. */
  root: string;
  version: string;
}

const packageFile = z.looseObject({ name: z.literal('swarm-parallel'), version: z.string() });

/**
 * The package that a program named `swarm` belongs to: its own `bin/swarm`, a link to that, or the
 * launcher in the plugin's data directory.
 * @returns null if it is another program
 */
export function packageOf(program: string): InstalledPackage | null {
  try {
    const parent = dirname(dirname(realpathSync(program)));
    return readPackage(parent) ?? readPackage(readFileSync(join(parent, 'root'), 'utf8').trim());
  } catch {
    return null;
  }
}

function readPackage(directory: string): InstalledPackage | null {
  try {
    const { version } = packageFile.parse(
      JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
    );
    return { root: realpathSync(directory), version };
  } catch {
    return null;
  }
}
