import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { exposureOf, hostNames, LOOPBACK, portNumber } from '../listen-options.ts';

/** The usual port of a hub. */
const PORT = 4600;

interface ServeFlags extends JsonFlag {
  port: number;
  host: string;
  allowHost?: string;
  repo: string[];
  link?: boolean;
}

/** The parts of the hub that the command line uses; the entry hands them in. */
export interface HubProgram {
  /**
   * Serves until a signal ends it.
   * @throws {SwarmError} if another hub serves a repository, or the address cannot be used
   */
  serve(options: HubServeOptions): Promise<{ url: string; token: HubTokenFacts }>;
  /** @returns a link that signs a browser in @throws {SwarmError} if no hub is running */
  findLink(): string;
}

export interface HubServeOptions {
  port: number;
  host: string;
  allowedHosts: readonly string[];
  /** Directories of further repositories. */
  repositories: readonly string[];
  warn(text: string): void;
}

interface HubTokenFacts {
  value: string;
  /** The file that keeps it; null if it comes from the environment. */
  file: string | null;
  /** Whether it was made just now. */
  isNew: boolean;
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
    .addOption(jsonOption())
    .action(async (flags: ServeFlags) => {
      const allowedHosts = hostNames(flags.allowHost);
      const hub = await loadHub();
      if (flags.link) return printLink(hub.findLink(), flags, context);
      const options = { port: flags.port, host: flags.host, allowedHosts };
      const { url, token } = await hub.serve({
        ...options,
        repositories: flags.repo,
        warn: context.warn,
      });
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
