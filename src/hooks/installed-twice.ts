import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DROP_IN_DIR } from '../claude/plugin-paths.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';

/**
 * A plugin and a drop-in in the same session would record every event twice. The plugin has the
 * server, which sees every tool call, so the drop-in stands back. The plugin announces itself in its
 * data directory, which no repository can write to: a file in a repository must not be able to
 * switch off the user's plugin.
 */
const CLIENTS = 'clients';

/** Announces that the plugin handles the events of a client, unless that is done already. */
export function announcePlugin(dataDir: string, client: ProcessIdentity): void {
  const file = join(dataDir, CLIENTS, String(client.pid));
  try {
    if (existsSync(file) && readFileSync(file, 'utf8') === textOf(client)) return;
    mkdirSync(join(dataDir, CLIENTS), { recursive: true, mode: 0o700 });
    writeFileSync(file, textOf(client), { mode: 0o600 });
  } catch {
    // Without an announcement both record, which loses nothing.
  }
}

/** Removes the announcements of clients that are gone. */
export function forgetDeadClients(dataDir: string, isRunning: (pid: number) => boolean): void {
  for (const name of namesIn(join(dataDir, CLIENTS)))
    if (!isRunning(Number(name))) rmSync(join(dataDir, CLIENTS, name), { force: true });
}

/** Whether the plugin has announced that it handles the events of a client. */
export function isPluginAnnounced(dataDirs: readonly string[], client: ProcessIdentity): boolean {
  return dataDirs.some((dir) => {
    try {
      return readFileSync(join(dir, CLIENTS, String(client.pid)), 'utf8') === textOf(client);
    } catch {
      return false;
    }
  });
}

/** Tells a process from a later one with the same id. */
function textOf({ startedAt }: ProcessIdentity): string {
  return `${startedAt ?? ''}\n`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether the plugin was also installed into a project with `swarm install`. */
export function hasDropIn(project: string): boolean {
  return existsSync(join(project, DROP_IN_DIR, 'install.json'));
}

/** What the person is told at the start of a session in such a project; null at other events. */
export function describeInstalledTwice(payload: string, project: string): string | null {
  const isStart = /"hook_event_name":"SessionStart"/.test(payload);
  if (!isStart || !/"source":"(?:startup|resume)"/.test(payload)) return null;
  return `swarm-parallel is enabled as a plugin and also installed into ${project}. The plugin records this session, and the copy in the repository stands back. \`swarm uninstall ${project}\` removes the copy.`;
}
