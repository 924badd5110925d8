import type { ProcessIdentity } from '../../platform/process/process-identity.ts';
import type { HookOutput } from '../hook-context.ts';

/** The handlers that a hook process can request. */
export type HandlerName = 'handle-event' | 'guard-tool-call' | 'allow-own-command';

/** Asks the plugin's server to handle an event in place of a hook process. */
export interface HookRequest {
  /** The directory of the plugin; a server of another installation declines. */
  installation: string;
  handler: HandlerName;
  root: string;
  client: ProcessIdentity;
  /** The event exactly as the client wrote it. */
  payload: string;
}

/** The decision, why the handler failed, or that the hook process must handle the event itself. */
export type HookAnswer =
  | { kind: 'handled'; output: HookOutput }
  | { kind: 'failed'; message: string }
  | { kind: 'declined' };
