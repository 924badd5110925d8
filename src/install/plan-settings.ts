import { sha256 } from '../platform/sha256.ts';
import type { DropInSettings } from './drop-in.ts';
import type { InstallManifest } from './manifest.ts';
import { EMPTY_SETTINGS, encodeSettings, parseSettings } from './parse-settings.ts';
import { addDropIn, hasDropIn, removeDropIn } from './settings-entries.ts';

/** A `settings.json` and what an installation recorded about it. */
export interface SettingsOnDisk {
  /** Its name in messages. */
  file: string;
  /** Null if it does not exist. */
  current: Uint8Array | null;
  /** The kept copy of the original; null if there is none. */
  before: Uint8Array | null;
  manifest: InstallManifest | null;
}

export interface SettingsPlan {
  content: Uint8Array;
  /** The copy to keep for `uninstall`; null if there is no file to restore. */
  before: Uint8Array | null;
  /** Whether the file must be written. */
  isChanged: boolean;
}

/**
 * Computes `settings.json` with the entries of this version, and without those of any other.
 * @throws {SwarmError} if it cannot be parsed
 */
export function planSettings(disk: SettingsOnDisk, dropIn: DropInSettings): SettingsPlan {
  const { current, file } = disk;
  const before = withoutDropIn(disk);
  if (current && hasDropIn(parseSettings(current, file), dropIn)) {
    return { content: current, before, isChanged: false };
  }
  const settings = parseSettings(before ?? new TextEncoder().encode(EMPTY_SETTINGS), file);
  return { content: encodeSettings(addDropIn(settings, dropIn)), before, isChanged: true };
}

/**
 * Computes `settings.json` without the drop-in: the kept copy, byte for byte, if the file has not
 * changed since it was written; otherwise the file without the drop-in's entries.
 * @returns null if there would be no file
 * @throws {SwarmError} if it cannot be parsed
 */
export function withoutDropIn(disk: SettingsOnDisk): Uint8Array | null {
  const { file, current, before, manifest } = disk;
  if (!current) return null;
  const known = manifest?.settings;
  if (known?.sha256 === sha256(current)) {
    if (known.before === null) return null;
    if (before && sha256(before) === known.before) return before;
  }
  const settings = parseSettings(current, file);
  const without = removeDropIn(settings);
  if (without === settings) return current;
  const isEmpty = Object.keys(JSON.parse(without.text)).length === 0;
  return isEmpty && known?.before === null ? null : encodeSettings(without);
}
