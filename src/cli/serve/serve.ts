import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import type { HubProgram, HubTokenFacts } from '../hub-program.ts';
import { exposureOf, hostNames, LOOPBACK, portNumber } from '../listen-options.ts';
import { installHub, uninstallHub } from './serve-service.ts';

/** The usual port of a hub. */
const PORT = 4600;

interface ServeFlags extends JsonFlag {
  port: number;
  host: string;
  allowHost?: string;
  repo: string[];
  link?: boolean;
  install?: boolean;
  uninstall?: boolean;
  yes?: boolean;
}

/** `swarm serve`. */
export function addServeCommand(
  program: Command,
  context: CliContext,
  loadHub: () => Promise<HubProgram>,
): void {
  declareCommand(program, 'serve')
    .option('--port <port>', 'the port to listen on; 0 takes any', portNumber, PORT)
    .option('--host <address>', 'the address to listen on', LOOPBACK)
    .option(
      '--allow-host <names>',
      'further host names of this machine that requests may name, separated by commas',
    )
    .addOption(
      new Option('--repo <dir>', 'a further repository to serve; may be repeated')
        .argParser((dir: string, dirs: string[]) => [...dirs, dir])
        .default([], 'none'),
    )
    .option('--link', 'print a link that signs a browser in to the running hub, and exit')
    .option('--install', 'have this machine start the hub, as a systemd or launchd service')
    .option('--uninstall', 'remove that service')
    .option('-y, --yes', 'with --install or --uninstall, do it without asking')
    .addOption(jsonOption())
    .action(async (flags: ServeFlags) => {
      const allowedHosts = hostNames(flags.allowHost);
      const hub = await loadHub();
      if (flags.link) return printLink(hub.findLink(), flags, context);
      const { port, host, repo: repositories } = flags;
      const options = { port, host, allowedHosts, repositories };
      if (flags.install) return installHub(hub, options, flags, context);
      if (flags.uninstall) return uninstallHub(hub, options, flags, context);
      const { url, token } = await hub.serve({ ...options, warn: context.warn });
      if (flags.json) context.print(JSON.stringify({ url, pid: context.process.pid }));
      announce(url, token, context);
      for (const warning of exposureOf(options)) context.warn(warning);
    });
}

function printLink(link: string, { json }: JsonFlag, { print }: CliContext): void {
  print(json ? JSON.stringify({ link }) : link);
}

/** Logs of services are kept, so there the token is printed only when it is new. */
function announce(
  url: string,
  { value, file, isNew }: HubTokenFacts,
  { printError, stderr }: CliContext,
): void {
  printError(`serving at ${url}; end it with Ctrl-C`);
  if (file === null) printError(`sign in at ${url}/login with the value of SWARM_HUB_TOKEN`);
  else if (isNew || stderr.isTTY) printError(`open ${linkTo(url, value)}`);
  else printError('`swarm serve --link` prints a link that signs a browser in');
}

function linkTo(url: string, token: string): string {
  return `${url}/login?token=${encodeURIComponent(token)}`;
}
