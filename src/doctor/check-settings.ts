import { existsSync, readFileSync } from 'node:fs';
import { settingsFiles } from '../claude/config-paths.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** What Claude Code's settings say about the plugin. */
export interface ClientSettings {
  findings: DoctorFinding[];
  /** Whether the plugin is installed and enabled. */
  isPluginEnabled: boolean;
}

/** Reads the settings of the user and of the project in the way Claude Code does. */
export function checkSettings(root: string, env: DoctorEnvironment['env']): ClientSettings {
  const findings: DoctorFinding[] = [];
  let disabledBy: string | null = null;
  let plugins: Record<string, unknown> = {};
  for (const file of settingsFiles(root, env).filter((path) => existsSync(path))) {
    const { disableAllHooks, enabledPlugins } = readSettings(file, findings);
    if (disableAllHooks === true) disabledBy = file;
    if (disableAllHooks === false) disabledBy = null;
    if (typeof enabledPlugins === 'object') plugins = { ...plugins, ...enabledPlugins };
  }
  if (disabledBy) {
    const fix = `Remove "disableAllHooks" from ${disabledBy}.`;
    findings.push(finding('hooks_disabled', `${disabledBy} disables all hooks`, fix));
  }
  if (findings.length === 0) findings.push(finding('settings_ok', 'hooks are enabled'));
  const isPluginEnabled = Object.entries(plugins).some(
    ([name, isOn]) => name.startsWith('swarm-parallel@') && isOn === true,
  );
  return { findings, isPluginEnabled };
}

function readSettings(
  file: string,
  findings: DoctorFinding[],
): { disableAllHooks?: unknown; enabledPlugins?: unknown } {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error('not a JSON object');
  } catch (error) {
    const message = `Claude Code ignores ${file}: ${(error as Error).message}`;
    findings.push(finding('settings_unreadable', message, 'Make it valid JSON without comments.'));
    return {};
  }
}
