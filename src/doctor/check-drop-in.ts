import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filterHandlers, type HookGroups } from '../claude/hook-groups.ts';
import { isDropInHandler } from '../install/drop-in.ts';
import { type DropInPaths, dropInPaths, readManifest } from '../install/manifest-file.ts';
import type { InstallManifest } from '../install/manifest-schema.ts';
import { dropInHooksOf, parseSettings } from '../install/settings-hooks.ts';
import { sha256 } from '../platform/sha256-sync.ts';
import { type Installation, missingFiles } from './check-plugin.ts';
import { type DoctorFinding, finding } from './finding.ts';

/**
 * Checks what `swarm install` put into a repository.
 * @returns no findings where nothing is installed
 */
export function checkDropIn(target: string): {
  findings: DoctorFinding[];
  installation: Installation | null;
} {
  const paths = dropInPaths(target);
  if (!existsSync(paths.manifest)) return { findings: [], installation: null };
  const fix = `Run \`swarm install ${target}\` of the plugin or the npm package again.`;
  const error = (message: string) => finding('drop-in', 'error', message, fix);
  try {
    const manifest = readManifest(paths);
    const settings = parseSettings(readFileSync(paths.settings), paths.settings);
    // The user may have added hooks to our groups.
    const hooks = filterHandlers(dropInHooksOf(settings), isDropInHandler);
    const findings = [
      ...missingEntries(manifest, hooks).map((event) =>
        error(`${paths.settings} has no entry of ours for ${event}`),
      ),
      ...missingFiles(paths.directory, hooks).map((path) =>
        error(`no ${join(paths.directory, path)}`),
      ),
      ...changedFiles(paths, manifest).map(describeChange),
    ];
    if (!findings.some(({ level }) => level === 'error')) {
      findings.push(
        finding('drop-in', 'ok', `drop-in ${manifest?.version} is whole (${paths.directory})`),
      );
    }
    const installation: Installation = { kind: 'drop-in', root: paths.directory, hooks };
    return { findings, installation: Object.keys(hooks).length > 0 ? installation : null };
  } catch (cause) {
    return { findings: [error((cause as Error).message)], installation: null };
  }

  function describeChange(path: string): DoctorFinding {
    const isOwn = path.startsWith('swarm-parallel/');
    const message = `${join(paths.claude, path)} is not as it was installed`;
    return isOwn
      ? finding('drop-in', 'warning', message, fix)
      : finding('drop-in', 'note', `${message}; \`swarm uninstall\` will keep it`);
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
