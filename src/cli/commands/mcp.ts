import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import { HELP } from '../help.ts';
import type { CommandContext } from './run.ts';

const LOOPBACK = '127.0.0.1';

interface McpFlags {
  http?: number;
  host?: string;
  permissionMode?: string;
  allowedTools?: string;
  model?: string;
}

/** `swarm mcp`. What runs may do unasked is said here, by a person, and not by who starts them. */
export function addMcpCommand(program: Command, { tell }: CommandContext): void {
  program
    .command('mcp')
    .description('Serve runs to an MCP client, over stdin and stdout or over HTTP.')
    .addHelpText('after', HELP.mcp)
    .option('--http <port>', 'listen on a port of this machine; 0 takes any', portNumber)
    .addOption(
      new Option('--host <address>', `with --http: where to listen (default: ${LOOPBACK})`),
    )
    .option('--model <model>', 'the model of the workers')
    .option('--permission-mode <mode>', 'what workers may do unasked, as for claude')
    .option('--allowed-tools <rules>', 'what workers may use unasked, separated by commas')
    .action(async ({ http, host, ...flags }: McpFlags) => {
      const { serve, serveHttp, TOKEN_VARIABLE } = await import('../../entries/mcp-server.ts');
      const runFlags = toRunFlags(flags);
      if (http === undefined) {
        if (host !== undefined) throw new SwarmError('--host is for --http: expected both or none');
        if (process.stdin.isTTY)
          tell('serving MCP over stdin and stdout, for a client to start; end it with Ctrl-C');
        return serve({ runFlags });
      }
      const given = process.env[TOKEN_VARIABLE];
      const token = given || randomBytes(24).toString('base64url');
      const url = await serveHttp({ runFlags, host: host ?? LOOPBACK, port: http, token });
      tell(`serving MCP at ${url}; end it with Ctrl-C`);
      tell(`requests bear the token of ${TOKEN_VARIABLE}${given ? '' : `, made up now: ${token}`}`);
    });
}

function toRunFlags({ model, permissionMode, allowedTools }: Partial<McpFlags>): string[] {
  const flags = { model, 'permission-mode': permissionMode, 'allowed-tools': allowedTools };
  return Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}
