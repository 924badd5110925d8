import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { exposureOf, hostNames, LOOPBACK, portNumber } from '../listen-options.ts';

interface McpFlags extends JsonFlag {
  http?: number;
  host?: string;
  allowHost?: string;
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
    allowedHosts: readonly string[];
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
    .option(
      '--allow-host <names>',
      'further host names of this machine that requests may name, with --http, separated by commas',
    )
    .option('--model <model>', 'the model of the workers')
    .option('--permission-mode <mode>', 'the permission mode of the workers, as for claude')
    .option('--allowed-tools <rules>', 'tools that workers may use, separated by commas')
    .addOption(jsonOption())
    .action(async ({ http, host, allowHost, json = false, ...flags }: McpFlags) => {
      const allowedHosts = hostNames(allowHost);
      const server = await loadServer();
      const runFlags = toRunFlags(flags);
      if (http !== undefined) {
        const address = { host: host ?? LOOPBACK, allowedHosts, port: http };
        return serveHttp(server, { runFlags, ...address, json }, context);
      }
      if (allowHost !== undefined) throw new SwarmError('--allow-host requires --http');
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

interface HttpSettings {
  runFlags: readonly string[];
  host: string;
  allowedHosts: readonly string[];
  port: number;
  json: boolean;
}

async function serveHttp(
  server: McpServer,
  { json, ...options }: HttpSettings,
  { env, print, printError, process, warn }: CliContext,
): Promise<void> {
  const given = env[server.tokenVariable];
  if (given) assertStrong(given, server.tokenVariable);
  const token = given || randomBytes(24).toString('base64url');
  const url = await server.serveHttp({ ...options, token });
  if (json) print(JSON.stringify({ url, pid: process.pid }));
  printError(`serving MCP at ${url}; end it with Ctrl-C`);
  printError(
    given
      ? `bearer token: the value of ${server.tokenVariable}`
      : `bearer token (generated, ${server.tokenVariable} is unset): ${token}`,
  );
  for (const warning of exposureOf(options)) warn(warning);
}

/** Shorter tokens can be guessed; others cannot be sent in a header. */
const TOKEN = /^[\w.~+/=-]{16,}$/;

function assertStrong(token: string, variable: string): void {
  if (TOKEN.test(token)) return;
  throw new SwarmError(
    `${variable}: expected at least 16 letters, digits or characters of "-._~+/=", found ${token.length} characters; unset it to have one generated`,
  );
}

function toRunFlags({ model, permissionMode, allowedTools }: Partial<McpFlags>): string[] {
  const flags = { model, 'permission-mode': permissionMode, 'allowed-tools': allowedTools };
  return Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}
