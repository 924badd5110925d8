import { findHookBlock, readSettingsFiles } from './client-settings.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** What Claude Code's settings say about the plugin. */
export interface ClientSettings {
  findings: DoctorFinding[];
  /** Whether the plugin is installed and enabled. */
  isPluginEnabled: boolean;
}

/**
 * Reads the settings of the user, the project and the organization in the way Claude Code does.
 * @param managed the directory of the organization's settings
 */
export function checkSettings(
  root: string,
  env: DoctorEnvironment['env'],
  managed?: string,
): ClientSettings {
  const files = readSettingsFiles(root, env, managed);
  const findings = files.flatMap(({ file, defect }) =>
    defect === null
      ? []
      : finding(
          'settings_unreadable',
          `Claude Code ignores all of ${file}: ${defect}`,
          'Correct it: valid JSON without comments, each setting with a value of its type.',
        ),
  );
  const block = findHookBlock(files);
  if (block) {
    const { file, setting, effect } = block;
    const fix = `Change "${setting}" in ${file}; while it is set, no gate holds and no run is recorded.`;
    findings.push(finding('hooks_disabled', `${file} ${effect} ("${setting}")`, fix));
  }
  if (findings.length === 0) findings.push(finding('settings_ok', 'hooks are enabled'));
  const plugins = Object.assign({}, ...files.map(({ settings }) => settings.enabledPlugins));
  const isPluginEnabled = Object.entries(plugins).some(
    ([name, isOn]) => name.startsWith('swarm-parallel@') && isOn === true,
  );
  return { findings, isPluginEnabled };
}
