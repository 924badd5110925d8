import { describeThrown } from '../../store/error-log.ts';
import { type HookContext, HookDeclined, type HookOutput } from '../hook-context.ts';
import type { HandlerName, HookAnswer, HookRequest } from './protocol.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

export interface HookHandlers {
  installation: string;
  handlers: Record<HandlerName, Handler>;
  /** The context for the handler of one request. */
  contextOf(request: HookRequest): HookContext;
}

/** Handles an event for a hook process, which would have to load the handler first. */
export function handleRequest(request: HookRequest, service: HookHandlers): HookAnswer {
  try {
    const handle = service.handlers[request.handler];
    if (request.installation !== service.installation || !handle) return { kind: 'declined' };
    const output = handle(JSON.parse(request.payload), service.contextOf(request));
    return { kind: 'handled', output };
  } catch (error) {
    if (error instanceof HookDeclined) return { kind: 'declined' };
    return { kind: 'failed', message: describeThrown(error) };
  }
}
