import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

const LOOPBACK = '127.0.0.1';

interface McpFlags extends JsonFlag {
  http?: number;
  host?: string;
  permissionMode?: string;
  allowedTools?: string;
  model?: string;
}

/** The parts of the MCP server that `swarm mcp` starts; the entry hands them in. */
export interface McpServer {
  /** The environment variable with the token that requests over HTTP must carry. */
  tokenVariable: string;
  /** Serves the client that started this process. */
  serve(options: { runFlags: readonly string[] }): void;
  /** @returns the server's address */
  serveHttp(options: {
    runFlags: readonly string[];
    host: string;
    port: number;
    token: string;
  }): Promise<string>;
}

/**
 * `swarm mcp`. What the workers may do is set here, by the person who starts the server, and not by
 * the clients that start runs through it.
 */
export function addMcpCommand(
  program: Command,
  context: CliContext,
  loadServer: () => Promise<McpServer>,
): void {
  declareCommand(program, 'mcp')
    .option('--http <port>', 'listen on a port of this machine; 0 takes any', portNumber)
    .addOption(
      new Option(
        '--host <address>',
        `the address to listen on, with --http (default: ${LOOPBACK})`,
      ),
    )
    .option('--model <model>', 'the model of the workers')
    .option('--permission-mode <mode>', 'the permission mode of the workers, as for claude')
    .option('--allowed-tools <rules>', 'tools that workers may use, separated by commas')
    .addOption(jsonOption())
    .action(async ({ http, host, json = false, ...flags }: McpFlags) => {
      const server = await loadServer();
      const runFlags = toRunFlags(flags);
      if (http !== undefined) {
        return serveHttp(server, { runFlags, host: host ?? LOOPBACK, port: http, json }, context);
      }
      if (host !== undefined) throw new SwarmError('--host requires --http');
      // Without --http, stdout belongs to the protocol.
      if (json) throw new SwarmError('--json requires --http');
      if (context.stdin.isTTY)
        context.printError(
          'serving MCP over stdin and stdout, for a client to start; end it with Ctrl-C',
        );
      server.serve({ runFlags });
    });
}

async function serveHttp(
  server: McpServer,
  { json, ...options }: { runFlags: readonly string[]; host: string; port: number; json: boolean },
  { env, print, printError, process }: CliContext,
): Promise<void> {
  const given = env[server.tokenVariable];
  const token = given || randomBytes(24).toString('base64url');
  const url = await server.serveHttp({ ...options, token });
  if (json) print(JSON.stringify({ url, pid: process.pid }));
  printError(`serving MCP at ${url}; end it with Ctrl-C`);
  printError(
    given
      ? `bearer token: the value of ${server.tokenVariable}`
      : `bearer token (generated, ${server.tokenVariable} is unset): ${token}`,
  );
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
