import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/**
 * A path below `.claude`, with `/`. The manifest may come with a cloned repository, and `uninstall`
 * deletes the files it names: no segment may be `..` or empty, and only these directories are ours.
 */
const path = z
  .string()
  .check(
    z.regex(
      /^(?:swarm-parallel|commands|agents)(?:\/\.?[\w-][\w.-]*)+$/,
      'a path in swarm-parallel/, commands/ or agents/',
    ),
  );

const installManifest = z.strictObject({
  manifest: z.literal(1),
  version: z.string(),
  files: z.array(
    z.strictObject({
      path,
      sha256,
      /** The hash of the earlier version's file, which is ours, too, if an update was interrupted. */
      replaced: z.nullable(sha256),
    }),
  ),
  /** The directories that were created, outer ones first; `""` is `.claude` itself. */
  directories: z.array(z.union([z.literal(['', 'commands', 'agents', 'swarm-parallel']), path])),
  settings: z.strictObject({
    /** The events that got hooks. */
    events: z.array(z.string()),
    /** Hash of `settings.json` as it was written. */
    sha256,
    /** Hash of the `settings.json` it replaced; null if there was none. */
    before: z.nullable(sha256),
  }),
});

/** `.claude/swarm-parallel/install.json`: what `swarm install` did to a repository. */
export type InstallManifest = z.infer<typeof installManifest>;

/** Where the files of an installation are; all absolute. */
export interface DropInPaths {
  target: string;
  /** The `.claude` directory. */
  claude: string;
  /** `.claude/swarm-parallel`. */
  directory: string;
  manifest: string;
  settings: string;
  /** The kept copy of the user's original `settings.json`. */
  settingsBefore: string;
}

export function dropInPaths(target: string): DropInPaths {
  const claude = join(target, '.claude');
  const directory = join(claude, 'swarm-parallel');
  return {
    target,
    claude,
    directory,
    manifest: join(directory, 'install.json'),
    settings: join(claude, 'settings.json'),
    settingsBefore: join(directory, 'settings.before.json'),
  };
}

/**
 * @returns null if nothing is installed
 * @throws {SwarmError} if the manifest cannot be read
 */
export function readManifest(paths: DropInPaths): InstallManifest | null {
  if (!existsSync(paths.manifest)) return null;
  try {
    return installManifest.parse(JSON.parse(readFileSync(paths.manifest, 'utf8')));
  } catch (cause) {
    throw new SwarmError(
      `${paths.manifest}: expected the manifest of an installation, found something else; remove it and run \`swarm install\`, which names the files that are left over`,
      EXIT.badInput,
      { cause },
    );
  }
}

export function writeManifest(paths: DropInPaths, manifest: InstallManifest): void {
  const text = `${JSON.stringify(installManifest.parse(manifest), null, 2)}\n`;
  writeFileAtomic(paths.manifest, text, { mode: 'keep' });
}
