import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNotifier } from '../hooks/start-notifier.ts';
import { allowOwnCommand } from './app/hooks/allow-own-command.ts';
import { guardToolCall } from './app/hooks/guard-tool-call.ts';
import { handleEvent } from './app/hooks/handle-event.ts';
import type { HookContext, HookOutput } from './app/hooks/hook-context.ts';
import { Projector } from './app/hooks/projector.ts';
import { readToolCall } from './app/hooks/read-tool-call.ts';
import { DeclineHook, serveHooks } from './app/hooks/serve-hooks.ts';
import { isAttended } from './core/is-attended.ts';
import { isAlive } from './store/client-process.ts';
import { prepareMailbox } from './store/hook-mailbox.ts';
import { describeThrown, logError } from './store/log-error.ts';
import { RunCache } from './store/run-cache.ts';

/** The session of Claude Code whose hooks are answered. */
export interface HookSession extends Pick<HookContext, 'root' | 'client' | 'worker'> {
  /** Of the plugin, as hook processes of the same one name it. */
  installation: string;
  /** The plugin's data directory; null where there is none, and so no hook process to answer. */
  dataDir: string | null;
}

export interface HookService {
  /**
   * Answers a hook of the type `mcp_tool`: an event about a tool call. Of calls that no agent makes
   * there is nothing to say.
   */
  answer(args: Readonly<Record<string, unknown>>): Promise<HookOutput>;
  stop(): void;
}

/** How often an event is looked at again when its handler wants to wait, and after how long; ms. */
const MAX_WAITS = 50;
const WAIT = 40;

/** The part of the plugin's server that answers its hooks. */
export async function startHookService(session: HookSession): Promise<HookService> {
  const { root, client, worker } = session;
  const now = () => new Date().toISOString();
  const log = (error: unknown) => logError(root, describeThrown(error), now());
  const projector = new Projector(startNotifier, log);
  const runs = new RunCache();
  const contextOf = (event: Pick<HookContext, 'root' | 'client'>): HookContext => ({
    root: event.root,
    client: event.client,
    isPlugin: true,
    now,
    sleep: () => {
      // Every other hook would wait too.
      throw new DeclineHook();
    },
    isAlive,
    project: projector.project,
    loadRun: runs.load,
    startNotifier,
    worker,
    isAttended: isAttended(process.env),
    home: homedir(),
  });
  const close = await serveMailbox(session, contextOf);
  return {
    async answer(args) {
      if (!args.agent_id && args.session_id !== worker) return null;
      try {
        const event = readToolCall(args);
        const handle = event.hook_event_name === 'PreToolUse' ? guardToolCall : handleEvent;
        const context = contextOf({ root, client });
        for (let waits = 0; waits < MAX_WAITS; waits++) {
          try {
            return handle(event, context);
          } catch (error) {
            if (!(error instanceof DeclineHook)) throw error;
            await sleep(WAIT);
          }
        }
        return handle(event, { ...context, sleep: () => {} });
      } catch (error) {
        log(error);
        return null;
      }
    },
    stop() {
      close();
      projector.flush();
    },
  };
}

/** @returns what ends it */
async function serveMailbox(
  { client, dataDir, installation }: HookSession,
  contextOf: (event: Pick<HookContext, 'root' | 'client'>) => HookContext,
): Promise<() => void> {
  if (dataDir === null) return () => {};
  const handlers = {
    'handle-event': handleEvent,
    'guard-tool-call': guardToolCall,
    'allow-own-command': allowOwnCommand,
  };
  try {
    const mailbox = prepareMailbox(dataDir, client.pid, (pid) => isAlive({ pid, startedAt: null }));
    return await serveHooks(mailbox, { installation, handlers, contextOf });
  } catch (error) {
    // Hooks then handle their events themselves.
    process.stderr.write(`swarm-parallel: ${(error as Error).message}\n`);
    return () => {};
  }
}
