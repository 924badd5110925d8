import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { type InstallManifest, installManifest } from './manifest-schema.ts';

/** Where an installation keeps its own files; all absolute. */
export interface DropInPaths {
  target: string;
  /** The `.claude` directory. */
  claude: string;
  /** `.claude/swarm-parallel`. */
  directory: string;
  manifest: string;
  settings: string;
  /** `settings.json` as it was before. */
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
 * @returns null when nothing is installed
 * @throws {SwarmError} when the manifest cannot be read
 */
export function readManifest(paths: DropInPaths): InstallManifest | null {
  if (!existsSync(paths.manifest)) return null;
  try {
    return installManifest.parse(JSON.parse(readFileSync(paths.manifest, 'utf8')));
  } catch (cause) {
    throw new SwarmError(
      `${paths.manifest}: expected the manifest of an installation, found something else; remove it and run \`swarm install\`, which says what is left over`,
      EXIT.badInput,
      { cause },
    );
  }
}

export function writeManifest(paths: DropInPaths, manifest: InstallManifest): void {
  const text = `${JSON.stringify(installManifest.parse(manifest), null, 2)}\n`;
  writeFileAtomic(paths.manifest, text, { mode: 'keep' });
}
