import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import type { CliContext } from '../cli/cli-context.ts';
import type { McpServer } from '../cli/commands/mcp.ts';
import type { HubProgram } from '../cli/hub-program.ts';
import { ignoreBrokenPipe } from '../cli/ignore-broken-pipe.ts';
import { createProgram } from '../cli/program.ts';
import type { WebhooksProgram } from '../cli/triggers/webhook.ts';
import { EXIT } from '../errors/swarm-error.ts';
import { TOKEN_VARIABLE } from '../mcp/token-variable.ts';
import { createContext, runInProcess } from './cli-process.ts';

/** Every command of `swarm`, its help and its usage errors. */

let shown = '';
const bare = createContext((text) => {
  shown += text;
  return process.stdout.write(text);
});
const context: CliContext = {
  ...bare,
  printError(text) {
    shown += text;
    bare.printError(text);
  },
};

function readVersion(): string {
  return JSON.parse(readFileSync(join(context.packageRoot, 'package.json'), 'utf8')).version;
}

async function loadMcpServer(): Promise<McpServer> {
  const { serve } = await import('./mcp-server.ts');
  return {
    serve,
    serveHttp: async (options) => (await import('./mcp-service.ts')).serveHttp(options),
    tokenVariable: TOKEN_VARIABLE,
  };
}

async function loadHub(): Promise<HubProgram> {
  const { serve, findLink, planService, install, uninstall } = await import('./hub.ts');
  return { serve, findLink, planService, install, uninstall };
}

async function loadTriggers(): Promise<WebhooksProgram> {
  const { openTriggers } = await import('./hub.ts');
  const { locateClient } = await import('../cli/headless/execute.ts');
  return openTriggers(context.root(), () => locateClient(context));
}

async function parse(): Promise<void> {
  ignoreBrokenPipe(context, EXIT.notCompleted);
  try {
    await createProgram(context, readVersion(), {
      mcpServer: loadMcpServer,
      hub: loadHub,
      triggers: loadTriggers,
    }).parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  }
}

/** Tells a person once what `swarm` in messages stands for, where they cannot type that. */
async function finish(): Promise<void> {
  const { nameProgram } = await import('../cli/name-program.ts');
  const note = await nameProgram(shown, context);
  if (note !== null) bare.warn(note);
}

void runInProcess(parse).then(finish);
