import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** What the client's settings say about the plugin; later files win over earlier ones. */
export interface ClientSettings {
  findings: DoctorFinding[];
  /** Whether the plugin is installed and switched on. */
  isPluginEnabled: boolean;
}

/** Reads the settings of the user and of the project as the client does. */
export function checkSettings(root: string, env: DoctorEnvironment['env']): ClientSettings {
  const findings: DoctorFinding[] = [];
  let disabledBy: string | null = null;
  let plugins: Record<string, unknown> = {};
  for (const file of settingsFiles(root, env)) {
    const { disableAllHooks, enabledPlugins } = readSettings(file, findings);
    if (disableAllHooks === true) disabledBy = file;
    if (disableAllHooks === false) disabledBy = null;
    if (typeof enabledPlugins === 'object') plugins = { ...plugins, ...enabledPlugins };
  }
  if (disabledBy) {
    const fix = `Take "disableAllHooks" out of ${disabledBy}.`;
    findings.push(finding('settings', 'error', `${disabledBy} switches all hooks off`, fix));
  }
  if (findings.length === 0) findings.push(finding('settings', 'ok', 'hooks are switched on'));
  const isPluginEnabled = Object.entries(plugins).some(
    ([name, isOn]) => name.startsWith('swarm-parallel@') && isOn === true,
  );
  return { findings, isPluginEnabled };
}

function settingsFiles(root: string, env: DoctorEnvironment['env']): string[] {
  const user = env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? homedir(), '.claude');
  const project = join(root, '.claude');
  return [
    join(user, 'settings.json'),
    join(project, 'settings.json'),
    join(project, 'settings.local.json'),
  ].filter((path) => existsSync(path));
}

function readSettings(
  file: string,
  findings: DoctorFinding[],
): { disableAllHooks?: unknown; enabledPlugins?: unknown } {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error('no JSON object');
  } catch (error) {
    const message = `Claude Code takes nothing of ${file}: ${(error as Error).message}`;
    findings.push(finding('settings', 'error', message, 'Make it valid JSON without comments.'));
    return {};
  }
}
