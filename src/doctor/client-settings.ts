import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { managedConfigDir, settingsFiles } from '../claude/config-paths.ts';
import { clientSettings, type SettingsOfClient } from '../claude/settings-schema.ts';
import { toValidationIssues } from '../errors/validation-issue.ts';
import type { DoctorEnvironment } from './environment.ts';

/** One settings file of Claude Code. */
export interface SettingsFile {
  file: string;
  /** Whether an organization manages it. */
  isManaged: boolean;
  /** Empty if Claude Code ignores the file. */
  settings: SettingsOfClient;
  /** Why Claude Code ignores the file; null if it does not. */
  defect: string | null;
}

/** A setting with which the client runs no hooks of the plugin, or not its server. */
export interface HookBlock {
  file: string;
  setting: string;
  effect: string;
}

/**
 * Reads the settings of the user, the project and the organization, as Claude Code does; a later
 * file overrides an earlier one.
 * @param managed the directory of the organization's settings
 */
export function readSettingsFiles(
  root: string,
  env: DoctorEnvironment['env'],
  managed = managedConfigDir(),
): SettingsFile[] {
  const own = settingsFiles(root, env).map((file) => ({ file, isManaged: false }));
  const others = managedFiles(managed).map((file) => ({ file, isManaged: true }));
  return [...own, ...others]
    .filter(({ file }) => existsSync(file))
    .map((one) => ({ ...one, ...readFile(one.file) }));
}

function managedFiles(directory: string): string[] {
  const parts = join(directory, 'managed-settings.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    join(directory, 'managed-settings.json'),
    ...names.filter((name) => name.endsWith('.json')).map((name) => join(parts, name)),
  ];
}

function readFile(file: string): Pick<SettingsFile, 'settings' | 'defect'> {
  try {
    const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { settings: {}, defect: 'not a JSON object' };
    }
    const { data, error } = clientSettings.safeParse(value);
    if (data) return { settings: data, defect: null };
    const [issue] = toValidationIssues(error.issues, clientSettings, value, () => null);
    return {
      settings: {},
      defect: `expected ${issue?.expected} at ${issue?.path}, found ${issue?.found}`,
    };
  } catch (error) {
    return { settings: {}, defect: (error as Error).message };
  }
}

/** The names under which the client knows the plugin's server. */
const SERVER = /^(?:plugin:swarm-parallel:)?swarm$/;
const PLUGIN = /^swarm-parallel@/;

/** The setting that keeps the plugin's hooks or its server from running; null if there is none. */
export function findHookBlock(files: readonly SettingsFile[]): HookBlock | null {
  let disabled: HookBlock | null = null;
  for (const { file, settings } of files) {
    const setting = 'disableAllHooks';
    if (settings.disableAllHooks) disabled = { file, setting, effect: 'disables all hooks' };
    if (settings.disableAllHooks === false) disabled = null;
  }
  return disabled ?? findManagedBlock(files) ?? findDeniedServer(files);
}

function findManagedBlock(files: readonly SettingsFile[]): HookBlock | null {
  const managed = files.filter(({ isManaged }) => isManaged);
  const setting = 'allowManagedHooksOnly';
  const blocking = managed.find(({ settings }) => settings.allowManagedHooksOnly);
  const isAllowed = managed.some(({ settings }) =>
    Object.entries(settings.enabledPlugins ?? {}).some(([name, on]) => PLUGIN.test(name) && on),
  );
  if (!blocking || isAllowed) return null;
  return { file: blocking.file, setting, effect: 'allows only hooks of managed settings' };
}

function findDeniedServer(files: readonly SettingsFile[]): HookBlock | null {
  const names = (list: SettingsOfClient['deniedMcpServers']) =>
    (list ?? []).map(({ serverName }) => serverName ?? '');
  for (const { file, isManaged, settings } of files) {
    if (names(settings.deniedMcpServers).some((name) => SERVER.test(name))) {
      return { file, setting: 'deniedMcpServers', effect: "denies the plugin's server" };
    }
    const allowed = isManaged ? settings.allowedMcpServers : undefined;
    if (allowed && !names(allowed).some((name) => SERVER.test(name))) {
      const setting = 'allowedMcpServers';
      return { file, setting, effect: "does not allow the plugin's server" };
    }
  }
  return null;
}
