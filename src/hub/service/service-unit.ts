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

const NAME = 'swarm-hub';
const LABEL = 'swarm-parallel.hub';

/**
 * The service that runs a hub as long as the user is signed in.
 * @param home of the user @param uid of the user
 */
export function planServiceUnit(
  manager: ServiceManager,
  command: ServiceCommand,
  { home, uid, configHome }: { home: string; uid: number; configHome: string | undefined },
): ServiceUnit {
  if (manager === 'systemd') {
    const config = configHome && isAbsolute(configHome) ? configHome : join(home, '.config');
    const service = `${NAME}.service`;
    return {
      manager,
      file: join(config, 'systemd', 'user', service),
      content: renderSystemd(command),
      start: [
        ['systemctl', '--user', 'daemon-reload'],
        ['systemctl', '--user', 'enable', service],
        ['systemctl', '--user', 'restart', service],
      ],
      stop: [['systemctl', '--user', 'disable', '--now', service]],
    };
  }
  const file = join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  return {
    manager,
    file,
    content: renderLaunchd(command, join(home, 'Library', 'Logs', `${NAME}.log`)),
    start: [['launchctl', 'bootstrap', `gui/${uid}`, file]],
    stop: [['launchctl', 'bootout', `gui/${uid}/${LABEL}`]],
  };
}

function renderSystemd({ execPath, args, cwd, path }: ServiceCommand): string {
  return `[Unit]
Description=swarm hub: live page, schedules and webhooks

[Service]
ExecStart=${[execPath, ...args].map(quoteSystemd).join(' ')}
WorkingDirectory=${cwd.replaceAll('%', '%%')}
Environment=${quoteSystemd(`PATH=${path}`)}
Restart=on-failure
RestartSec=5

[Install]
WantedBy=default.target
`;
}

/** As systemd.service(5) reads words: in quotes, with `%` and `$` doubled. */
function quoteSystemd(word: string): string {
  const escaped = word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

function renderLaunchd({ execPath, args, cwd, path }: ServiceCommand, log: string): string {
  const text = (value: string) => `<string>${escapeXml(value)}</string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${text(LABEL)}
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
