import { isAbsolute, join } from 'node:path';

/** How a machine starts programs for its user. */
export type ServiceManager = 'systemd' | 'launchd';

/** What is started, by absolute paths. */
export interface ServiceCommand {
  execPath: string;
  args: readonly string[];
  cwd: string;
  /** Where workers look for programs. */
  path: string;
}

export interface ServiceUnit {
  manager: ServiceManager;
  /** The file that describes the service. */
  file: string;
  content: string;
  /** The commands that start it, each without a shell. */
  start: readonly string[][];
  /** The commands that end it, before the file is removed. */
  stop: readonly string[][];
}

/** Which service it is. */
export interface ServiceKind {
  /** The last part of its name, such as `hub`. */
  name: string;
  description: string;
  /** Lines for systemd alone, about how it ends. */
  ending?: readonly string[];
}

/** The user for whom the machine starts a service. */
export interface ServiceUser {
  home: string;
  uid: number;
  configHome: string | undefined;
}

/** The directory for the user's configuration; absolute. */
export function configDirectory({ home, configHome }: ServiceUser): string {
  return configHome && isAbsolute(configHome) ? configHome : join(home, '.config');
}

/** The service that runs a program of ours as long as the user is signed in. */
export function planServiceUnit(
  manager: ServiceManager,
  kind: ServiceKind,
  command: ServiceCommand,
  user: ServiceUser,
): ServiceUnit {
  const { home, uid } = user;
  if (manager === 'systemd') {
    const service = `swarm-${kind.name}.service`;
    return {
      manager,
      file: join(configDirectory(user), 'systemd', 'user', service),
      content: renderSystemd(kind, command),
      start: [
        ['systemctl', '--user', 'daemon-reload'],
        ['systemctl', '--user', 'enable', service],
        ['systemctl', '--user', 'restart', service],
      ],
      stop: [['systemctl', '--user', 'disable', '--now', service]],
    };
  }
  const label = `swarm-parallel.${kind.name}`;
  const file = join(home, 'Library', 'LaunchAgents', `${label}.plist`);
  const log = join(home, 'Library', 'Logs', `swarm-${kind.name}.log`);
  return {
    manager,
    file,
    content: renderLaunchd(label, command, log),
    start: [['launchctl', 'bootstrap', `gui/${uid}`, file]],
    stop: [['launchctl', 'bootout', `gui/${uid}/${label}`]],
  };
}

function renderSystemd(
  { description, ending = [] }: ServiceKind,
  { execPath, args, cwd, path }: ServiceCommand,
): string {
  return `[Unit]
Description=${description}

[Service]
ExecStart=${[execPath, ...args].map(quoteSystemd).join(' ')}
WorkingDirectory=${cwd.replaceAll('%', '%%')}
Environment=${quoteSystemd(`PATH=${path}`)}
Restart=on-failure
RestartSec=5
${ending.map((line) => `${line}\n`).join('')}
[Install]
WantedBy=default.target
`;
}

/** As systemd.service(5) reads words: in quotes, with `%` and `$` doubled. */
function quoteSystemd(word: string): string {
  const escaped = word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

function renderLaunchd(
  label: string,
  { execPath, args, cwd, path }: ServiceCommand,
  log: string,
): string {
  const text = (value: string) => `<string>${escapeXml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(label)}
  <key>ProgramArguments</key>
  <array>
${[execPath, ...args].map((word) => `    ${text(word)}\n`).join('')}  </array>
  <key>WorkingDirectory</key>${text(cwd)}
  <key>EnvironmentVariables</key><dict><key>PATH</key>${text(path)}</dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>StandardErrorPath</key>${text(log)}
</dict>
</plist>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
