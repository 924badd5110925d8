import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filterHandlers, type HookGroups } from '../claude/hook-groups.ts';
import { isDropInHandler } from '../install/drop-in.ts';
import {
  type DropInPaths,
  dropInPaths,
  type InstallManifest,
  readManifest,
} from '../install/manifest.ts';
import { parseSettings } from '../install/parse-settings.ts';
import { dropInHooksOf } from '../install/settings-entries.ts';
import { sha256 } from '../platform/sha256.ts';
import { type Installation, missingFiles } from './check-plugin.ts';
import { type DoctorFinding, finding } from './finding.ts';

/**
 * Checks what `swarm install` put into a repository.
 * @returns no findings if nothing is installed
 */
export function checkDropIn(target: string): {
  findings: DoctorFinding[];
  installation: Installation | null;
} {
  const paths = dropInPaths(target);
  if (!existsSync(paths.manifest)) return { findings: [], installation: null };
  const reinstall = `Run \`swarm install ${target}\` of the plugin or the npm package again.`;
  try {
    const manifest = readManifest(paths);
    const settings = parseSettings(readFileSync(paths.settings), paths.settings);
    // The user may have added hooks to our groups.
    const hooks = filterHandlers(dropInHooksOf(settings), isDropInHandler);
    const findings = [
      ...missingEntries(manifest, hooks).map((event) =>
        finding(
          'drop_in_entry_missing',
          `${paths.settings} has no hook of ours for ${event}`,
          reinstall,
        ),
      ),
      ...missingFiles(paths.directory, hooks).map((path) =>
        finding('drop_in_file_missing', `no ${join(paths.directory, path)}`, reinstall),
      ),
      ...changedFiles(paths, manifest).map((path) => changedFile(paths, path, reinstall)),
    ];
    if (!findings.some(({ level }) => level === 'error')) {
      const message = `drop-in ${manifest?.version} is complete (${paths.directory})`;
      findings.push(finding('drop_in_ok', message));
    }
    const installation: Installation = { kind: 'drop-in', root: paths.directory, hooks };
    return { findings, installation: Object.keys(hooks).length > 0 ? installation : null };
  } catch (cause) {
    const { message } = cause as Error;
    return { findings: [finding('drop_in_unreadable', message, reinstall)], installation: null };
  }
}

function missingEntries(manifest: InstallManifest | null, hooks: HookGroups): string[] {
  return manifest?.settings.events.filter((event) => !Object.hasOwn(hooks, event)) ?? [];
}

function changedFiles(paths: DropInPaths, manifest: InstallManifest | null): string[] {
  const files = manifest?.files ?? [];
  return files
    .filter(({ path, sha256: hash }) => {
      const file = join(paths.claude, path);
      return !existsSync(file) || sha256(readFileSync(file)) !== hash;
    })
    .map(({ path }) => path);
}

/** The user may edit commands and agents, but not the drop-in's programs. */
function changedFile({ claude }: DropInPaths, path: string, reinstall: string): DoctorFinding {
  const message = `${join(claude, path)} differs from what was installed`;
  return path.startsWith('swarm-parallel/')
    ? finding('drop_in_file_changed', message, reinstall)
    : finding('drop_in_text_changed', `${message}; \`swarm uninstall\` will keep it`);
}
