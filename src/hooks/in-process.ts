import { loadRun } from '../store/run-handle.ts';
import type { HookContext, HookOutput } from './hook-context.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

/** A handler for a hook process, which can load runs only once it has loaded the handler. */
export type InProcessHandler = (
  payload: Record<string, unknown>,
  context: Omit<HookContext, 'load'>,
) => HookOutput;

/** Makes a handler read each run from its ledger. */
export function inProcess(handle: Handler): InProcessHandler {
  return (payload, context) => handle(payload, { ...context, load: loadRun });
}
