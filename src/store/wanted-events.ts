import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/config-file.ts';
import { lateConfig } from './late-config.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The events that `notify.targets` of a repository subscribe to. It is asked at every change of a
 * run, so a configuration without targets is not parsed.
 */
export function wantedEvents(root: string): ReadonlySet<string> {
  try {
    if (!readFileSync(join(root, CONFIG_FILE), 'utf8').includes('"targets"')) return NONE;
    const { targets } = lateConfig(root).notify ?? {};
    // The strict schema of targets is in `notify`.
    const lists = Array.isArray(targets)
      ? targets.map((one: { events?: unknown }) => one?.events)
      : [];
    return new Set(lists.filter(Array.isArray).flat().map(String));
  } catch {
    // No configuration, or a bad one, which was reported when the run was created.
    return NONE;
  }
}
