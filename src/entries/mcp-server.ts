import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ATTEMPT_VARIABLE, ROOT_VARIABLE } from '../claude/worker-variables.ts';
import { announcePlugin, forgetDeadClients } from '../hooks/installed-twice.ts';
import { publishLauncher } from '../hooks/server/publish-launcher.ts';
import { publishPluginRoot } from '../hooks/server/publish-plugin-root.ts';
import { serveHooks } from '../hooks/server/serve-hooks.ts';
import { prepareSpool } from '../hooks/server/spool.ts';
import { greetOverStdio } from '../mcp/greeting/greet-over-stdio.ts';
import { answerGreeting, type Greeting } from '../mcp/greeting/greeting.ts';
import { listResources } from '../mcp/greeting/list-resources.ts';
import { identifyProcess, isAlive } from '../platform/process/process-identity.ts';
import { locateRoot } from '../platform/repository-paths.ts';
import type { HookService } from './hook-handlers.ts';
import type { ServeOptions } from './mcp-service.ts';

/**
 * The MCP server over stdio. Each Claude Code session starts and stops its own instance of the
 * plugin's server, which also answers the plugin's hooks. Most sessions have no run and call no
 * tool, so everything else is loaded when it is first needed.
 */
const packageRoot = join(__dirname, '..');
const root =
  process.env[ROOT_VARIABLE] ?? locateRoot(process.env.CLAUDE_PROJECT_DIR ?? process.cwd());
const client = identifyProcess(process.ppid);
const worker = process.env[ATTEMPT_VARIABLE] ?? null;

let service: Promise<HookService> | null = null;

function hookService(): Promise<HookService> {
  service ??= import('./hook-handlers.ts').then(({ makeHookService }) =>
    makeHookService({
      root,
      client,
      worker,
      installation: process.env.CLAUDE_PLUGIN_ROOT ?? packageRoot,
    }),
  );
  return service;
}

/**
 * The tool that hooks of type `mcp_tool` call. It is not listed: only the client uses it, and it
 * would cost the model tokens. Calls that no agent makes are ignored.
 */
function callHook(name: string, args: Record<string, unknown>): Promise<object | null> | undefined {
  if (name !== 'hook-event') return undefined;
  return args.agent_id || args.session_id === worker
    ? hookService().then(({ answerCall }) => answerCall(args))
    : Promise.resolve(null);
}

/** Answers hooks that run as processes. @returns a function that stops it */
async function serveHookProcesses(): Promise<() => void> {
  const dataDir = process.env.CLAUDE_PLUGIN_DATA;
  if (dataDir === undefined) return () => {};
  const isRunning = (pid: number) => isAlive({ pid, startedAt: null });
  try {
    forgetDeadClients(dataDir, isRunning);
    announcePlugin(dataDir, client);
    const spool = prepareSpool(dataDir, client.pid, isRunning);
    return await serveHooks(spool, async (request) => (await hookService()).answerProcess(request));
  } catch (error) {
    // Hook processes then handle their events themselves.
    process.stderr.write(`swarm-parallel: ${(error as Error).message}\n`);
    return () => {};
  }
}

/** The list of tools is another one in a worker, and so are the answers. */
function readGreeting(): Greeting {
  const { session, ofWorker } = JSON.parse(
    readFileSync(join(__dirname, 'mcp-greeting.json'), 'utf8'),
  );
  return worker === null ? session : ofWorker;
}

/** The first look is later than this anyway; milliseconds. */
const WATCH_AFTER_MS = 1_000;

/** Has a worker notice that its supervisor is gone. @returns a function that stops it */
function watchSupervisorOf(attempt: string): () => void {
  let unwatch = () => {};
  const timer = setTimeout(async () => {
    const { watchSupervisorOf } = await import('./mcp-service.ts');
    unwatch = watchSupervisorOf(attempt);
  }, WATCH_AFTER_MS).unref();
  return () => {
    clearTimeout(timer);
    unwatch();
  };
}

/** Serves the client that started this process, over stdin and stdout, until it ends. */
export function serve(options: ServeOptions): void {
  publishPluginRoot(process.env);
  publishLauncher(process.env);
  // The client waits for the answer to its first message, which has been sent by now.
  const hooks = setImmediate().then(serveHookProcesses);
  const unwatch = worker === null ? () => {} : watchSupervisorOf(worker);
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    unwatch();
    (await hooks)();
    (await service)?.stop();
  };
  // The client closes its streams, even when it is killed, or sends a signal.
  const onGone = () => {
    process.stdin.destroy();
    stopped ??= stop();
    return stopped;
  };
  greetOverStdio(process, {
    answer: answerGreeting({
      greeting: readGreeting(),
      listResources: () => listResources(root),
      callHook,
    }),
    handOver: (stdin, answered) =>
      void import('./mcp-service.ts').then(({ serveRest }) =>
        serveRest(
          { options, hidden: callHook },
          { stdin, stdout: process.stdout, answered },
          () => void onGone(),
        ),
      ),
    onGone: () => void onGone(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void onGone().finally(() => process.exit(0)));
  }
}

// The plugin's client starts this file; `swarm mcp` loads it.
if (require.main === module) serve({ runFlags: [] });
