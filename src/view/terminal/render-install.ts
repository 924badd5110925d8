import { plural } from '../../text/format.ts';

/** What `swarm install` did. Paths are relative to the `.claude` directory of `target`. */
interface InstallResult {
  outcome: 'installed' | 'updated' | 'unchanged';
  target: string;
  version: string;
  previousVersion: string | null;
  settings: 'created' | 'changed' | 'unchanged';
  written: readonly string[];
  removed: readonly string[];
  kept: readonly string[];
}

export function renderInstall(result: InstallResult): string {
  const { outcome, version, previousVersion, target, kept } = result;
  const from = previousVersion && previousVersion !== version ? ` (was ${previousVersion})` : '';
  const head = {
    installed: `installed swarm-parallel ${version} in ${target}`,
    updated: `updated swarm-parallel to ${version}${from} in ${target}`,
    unchanged: `already installed: swarm-parallel ${version} in ${target}${from}`,
  }[outcome];
  const next = `Start a new Claude Code session there and type /swarm-parallel <goal>. Commit the new files; to remove them, run \`swarm uninstall ${target}\`.`;
  return [
    head,
    ...changeLines(result),
    ...keptLines(kept),
    ...(outcome === 'unchanged' ? [] : [next]),
  ].join('\n');
}

function changeLines({ written, removed, settings }: InstallResult): string[] {
  const changes = [
    ...(written.length > 0 ? [`${plural(written.length, 'file')} written`] : []),
    ...(removed.length > 0 ? [`${plural(removed.length, 'file')} removed`] : []),
    ...(settings === 'unchanged' ? [] : [`.claude/settings.json ${settings}`]),
  ];
  return changes.length > 0 ? [`  ${changes.join(', ')}`] : [];
}

/** What `swarm uninstall` did. Paths are relative to the `.claude` directory of `target`. */
interface UninstallResult {
  target: string;
  version: string;
  settings: 'restored' | 'edited' | 'removed' | 'unchanged';
  removed: readonly string[];
  kept: readonly string[];
  stays: { config: string | null; runs: number; unfinishedRuns: number; worktrees: number };
}

const SETTINGS_LABELS: Record<UninstallResult['settings'], string> = {
  restored: 'restored',
  edited: 'cleared of our entries',
  removed: 'removed',
  unchanged: 'had none of our entries',
};

export function renderUninstall(result: UninstallResult): string {
  const { version, target, removed, settings, kept } = result;
  return [
    `uninstalled swarm-parallel ${version} from ${target}`,
    `  ${plural(removed.length, 'file')} removed, .claude/settings.json ${SETTINGS_LABELS[settings]}`,
    ...keptLines(kept),
    ...staysLines(result),
  ].join('\n');
}

function staysLines({ stays }: UninstallResult): string[] {
  const { config, runs, unfinishedRuns, worktrees } = stays;
  const unfinished = unfinishedRuns > 0 ? `, ${unfinishedRuns} of them unfinished` : '';
  const lines = [
    ...(config ? [`  ${config}: your configuration`] : []),
    ...(runs > 0
      ? [
          `  .swarm/runs: the reports of ${plural(runs, 'run')}${unfinished}; delete .swarm when you no longer need them`,
        ]
      : []),
    ...(worktrees > 0
      ? [
          `  .swarm/worktrees: ${plural(worktrees, 'worktree')} with branches; merge what you need before you delete them`,
        ]
      : []),
  ];
  return lines.length > 0 ? ['Left in place, because it is yours:', ...lines] : [];
}

/** A place that `swarm install` does not write to without a word. */
type Place =
  | { code: 'sub_directory'; target: string; repository: string }
  | { code: 'no_repository'; target: string };

/** Where an installation would be written, and why that may not be meant. */
export function describePlace(place: Place): string {
  const where = `swarm install would write to ${place.target}/.claude`;
  return place.code === 'sub_directory'
    ? `${where}, a sub-directory of the repository ${place.repository}; only sessions that are started in that sub-directory would use it`
    : `${where}, which is in no git repository; only sessions that are started in that directory would use it`;
}

/** What to do instead, or to do it anyway. */
export function describePlaceChoice(place: Place): string {
  const here = `install there anyway: swarm install ${place.target} --here`;
  return place.code === 'sub_directory'
    ? `install into the repository: swarm install ${place.repository}; or ${here}`
    : `name a repository: swarm install <repository>; or ${here}`;
}

function keptLines(kept: readonly string[]): string[] {
  if (kept.length === 0) return [];
  return ['Kept because you changed them:', ...kept.map((path) => `  .claude/${path}`)];
}
