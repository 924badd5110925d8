import { join } from 'node:path';
import { userConfigDir } from '../claude/config-paths.ts';
import { isAttended } from '../claude/is-attended.ts';
import { allowSwarmCommand } from '../hooks/allow-swarm-command.ts';
import { handleEvent } from '../hooks/dispatch.ts';
import { type HookContext, HookDeclined, type HookOutput } from '../hooks/hook-context.ts';
import { checkToolCall } from '../hooks/pre-tool-use.ts';
import { DeferredProjections } from '../hooks/server/deferred-projections.ts';
import { type HookHandlers, handleRequest } from '../hooks/server/handle-request.ts';
import { parseMcpToolHook } from '../hooks/server/parse-mcp-tool-hook.ts';
import type { HandlerName, HookAnswer, HookRequest } from '../hooks/server/protocol.ts';
import { isTraced } from '../notify/is-traced.ts';
import { spawnNotifier } from '../notify/spawn-notifier.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { isAlive } from '../platform/process/process-identity.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import { RunCache } from '../store/run-cache.ts';
import { loadRun } from '../store/run-handle.ts';

/** The Claude Code session whose hooks are answered. */
export interface HookSession extends Pick<HookContext, 'root' | 'client' | 'worker'> {
  /** The plugin's directory, as its hook processes name it. */
  installation: string;
}

export interface HookService {
  /** Answers a hook that runs as a separate process. */
  answerProcess(request: HookRequest): HookAnswer;
  /** Answers a hook of type `mcp_tool`: an event about an agent's tool call. */
  answerCall(args: Readonly<Record<string, unknown>>): Promise<HookOutput>;
  stop(): void;
}

/** How often an event is handled again if its handler has to wait, and the interval in ms. */
const MAX_WAITS = 50;
const WAIT = 40;

const HANDLERS: HookHandlers['handlers'] = {
  'handle-event': handleEvent,
  'guard-tool-call': checkToolCall,
  'allow-own-command': allowSwarmCommand,
};

/** Handles an event in the process of its hook, which reads each run from its ledger. */
export function handleInProcess(
  name: HandlerName,
  payload: Record<string, unknown>,
  context: Omit<HookContext, 'load'>,
): HookOutput {
  return HANDLERS[name](payload, { ...context, load: loadRun });
}

/** Answers hooks in the plugin's server. Loaded at the first hook: most sessions have none. */
export function makeHookService({ root, client, worker, installation }: HookSession): HookService {
  const now = () => new Date().toISOString();
  const log = (error: unknown) => logError(root, describeThrown(error), now());
  const projector = new DeferredProjections(
    { notify: spawnNotifier, isTraced: isTraced(process.env) },
    log,
  );
  const runs = new RunCache();
  const contextOf = (event: Pick<HookContext, 'root' | 'client'>): HookContext => ({
    root: event.root,
    client: event.client,
    isPlugin: true,
    now,
    sleep: () => {
      // It would block every other hook.
      throw new HookDeclined();
    },
    afterwards: (work) => void setImmediate(() => work().catch(log)),
    verify: () => {
      throw new HookDeclined();
    },
    isAlive,
    defer: projector.defer,
    load: runs.load,
    damagedRuns: runs.damagedRuns,
    notify: spawnNotifier,
    isTraced: isTraced(process.env),
    caller: worker === null ? { kind: 'client' } : { kind: 'worker', attempt: worker },
    worker,
    isAttended: isAttended(process.env),
    transcripts: join(userConfigDir(process.env), 'projects'),
    home: homeDirectory(),
    stateDir: stateDirectory(process.env),
  });
  return {
    answerProcess: (request) =>
      handleRequest(request, { installation, handlers: HANDLERS, contextOf }),
    async answerCall(args) {
      try {
        const event = parseMcpToolHook(args);
        const handle = event.hook_event_name === 'PreToolUse' ? checkToolCall : handleEvent;
        const context = contextOf({ root, client });
        for (let waits = 0; waits < MAX_WAITS; waits++) {
          try {
            return handle(event, context);
          } catch (error) {
            if (!(error instanceof HookDeclined)) throw error;
            await new Promise((resolve) => setTimeout(resolve, WAIT));
          }
        }
        return handle(event, { ...context, sleep: () => {} });
      } catch (error) {
        log(error);
        return null;
      }
    },
    stop: () => projector.flush(),
  };
}
