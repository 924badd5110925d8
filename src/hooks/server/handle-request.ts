import { describeThrown } from '../../store/error-log.ts';
import type { HookContext, HookOutput } from '../hook-context.ts';
import type { HandlerName, HookAnswer, HookRequest } from './protocol.ts';

type Handler = (payload: Record<string, unknown>, context: HookContext) => HookOutput;

export interface HookHandlers {
  installation: string;
  handlers: Record<HandlerName, Handler>;
  /** What a handler gets besides the event of one request. */
  contextOf(request: HookRequest): HookContext;
}

/** Thrown by what a handler must not do in a process that others wait for. */
export class HookDeclined extends Error {}

/** Has an event handled for a hook process that would have to load the handler. */
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
