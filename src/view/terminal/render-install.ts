import { plural } from '../../text/format.ts';
import type { InstallResult, UninstallResult } from '../results.ts';

/** The outcome of `swarm install`: what changed, and what to do next. */
export function renderInstall(result: InstallResult): string {
  const { outcome, version, previousVersion, target, kept } = result;
  const from = previousVersion && previousVersion !== version ? ` (from ${previousVersion})` : '';
  const head = {
    installed: `installed swarm-parallel ${version} in ${target}`,
    updated: `updated swarm-parallel to ${version}${from} in ${target}`,
    unchanged: `already installed: swarm-parallel ${version} in ${target}${from}`,
  }[outcome];
  const next =
    outcome === 'unchanged'
      ? []
      : [
          `Start a new Claude Code session there and type /swarm-parallel <goal>. Commit the new files; \`swarm uninstall ${target}\` removes them again.`,
        ];
  return [head, ...changeLines(result), ...keptLines(kept), ...next].join('\n');
}

function changeLines({ written, removed, settings }: InstallResult): string[] {
  const counts = [
    ...(written.length > 0 ? [`${plural(written.length, 'file')} written`] : []),
    ...(removed.length > 0 ? [`${plural(removed.length, 'file')} removed`] : []),
    ...(settings === 'unchanged' ? [] : [`.claude/settings.json ${settings}`]),
  ];
  return counts.length > 0 ? [`  ${counts.join(', ')}`] : [];
}

const SETTINGS: Record<UninstallResult['settings'], string> = {
  restored: 'restored to its original content',
  edited: 'no longer has our entries and is otherwise unchanged',
  removed: 'removed',
  unchanged: 'had none of our entries',
};

/** The outcome of `swarm uninstall`. */
export function renderUninstall({
  version,
  target,
  removed,
  settings,
  kept,
}: UninstallResult): string {
  return [
    `uninstalled swarm-parallel ${version} from ${target}`,
    `  ${plural(removed.length, 'file')} removed, .claude/settings.json ${SETTINGS[settings]}`,
    ...keptLines(kept),
  ].join('\n');
}

function keptLines(kept: readonly string[]): string[] {
  if (kept.length === 0) return [];
  return ['Kept because you changed them:', ...kept.map((path) => `  .claude/${path}`)];
}
