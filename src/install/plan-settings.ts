import { isDeepStrictEqual } from 'node:util';
import { sha256 } from '../platform/sha256-sync.ts';
import { type DropInSettings, isDropInStatusLine } from './drop-in.ts';
import type { InstallManifest } from './manifest-schema.ts';
import {
  addDropIn,
  dropInHooksOf,
  EMPTY_SETTINGS,
  encodeSettings,
  parseSettings,
  removeDropIn,
  type Settings,
} from './settings-hooks.ts';

/** What is known of a `settings.json`. */
export interface SettingsOnDisk {
  /** Its name in messages. */
  file: string;
  /** Null when there is none. */
  current: Uint8Array | null;
  /** The kept copy of how it was before; null when there is none. */
  before: Uint8Array | null;
  manifest: InstallManifest | null;
}

/**
 * What `settings.json` is without the drop-in: byte for byte as before where nobody has touched it
 * since, and otherwise as it is now, less the drop-in's entries.
 * @returns null where there would be no file
 * @throws {SwarmError} when it cannot be read
 */
export function withoutDropIn({
  file,
  current,
  before,
  manifest,
}: SettingsOnDisk): Uint8Array | null {
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

export interface SettingsPlan {
  content: Uint8Array;
  /** What to keep for the way back; null when there is no file to come back to. */
  before: Uint8Array | null;
  /** Whether the file has to be written. */
  isChanged: boolean;
}

/**
 * What `settings.json` is with the entries of this version, and none of another.
 * @throws {SwarmError} when it cannot be read
 */
export function planSettings(disk: SettingsOnDisk, dropIn: DropInSettings): SettingsPlan {
  const before = withoutDropIn(disk);
  const { current, file } = disk;
  if (current && isUpToDate(parseSettings(current, file), dropIn)) {
    return { content: current, before, isChanged: false };
  }
  const settings = parseSettings(before ?? new TextEncoder().encode(EMPTY_SETTINGS), file);
  return { content: encodeSettings(addDropIn(settings, dropIn)), before, isChanged: true };
}

function isUpToDate(settings: Settings, { hooks, subagentStatusLine }: DropInSettings): boolean {
  const rows = settings.subagentStatusLine;
  const areRows = isDropInStatusLine(rows)
    ? isDeepStrictEqual(rows, subagentStatusLine)
    : rows !== undefined;
  return areRows && isDeepStrictEqual(dropInHooksOf(settings), hooks);
}
