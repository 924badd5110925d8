import { platform } from 'node:os';
import { join } from 'node:path';
import { homeDirectory } from '../platform/home-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's configuration directory of Claude Code, absolute. */
export function userConfigDir(env: Environment): string {
  return env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? homeDirectory(), '.claude');
}

/** The directory of an organization's settings, which override all others; absolute. */
export function managedConfigDir(): string {
  return platform() === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
}

/**
 * The settings files that Claude Code reads for a project, whether they exist or not. A later file
 * overrides an earlier one.
 * @param root of the project
 */
export function settingsFiles(root: string, env: Environment): string[] {
  const project = join(root, '.claude');
  return [
    join(userConfigDir(env), 'settings.json'),
    join(project, 'settings.json'),
    join(project, 'settings.local.json'),
  ];
}
