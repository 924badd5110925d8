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
  ].join('\n');
}

function keptLines(kept: readonly string[]): string[] {
  if (kept.length === 0) return [];
  return ['Kept because you changed them:', ...kept.map((path) => `  .claude/${path}`)];
}
