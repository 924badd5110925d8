import type { ProcessIdentity } from '../../platform/process-identity.ts';
import type { HookOutput } from '../hook-context.ts';

/** The handlers that a hook process may have, by the names of their files. */
export type HandlerName = 'handle-event' | 'guard-tool-call' | 'allow-own-command';

/** What a hook process asks the plugin's server: to handle an event in its place. */
export interface HookRequest {
  /** The directory of the plugin; a server of another installation declines. */
  installation: string;
  handler: HandlerName;
  root: string;
  client: ProcessIdentity;
  /** The event as the client wrote it. */
  payload: string;
}

/** What was decided, why the handler failed, or that the hook process has to handle it itself. */
export type HookAnswer =
  | { kind: 'handled'; output: HookOutput }
  | { kind: 'failed'; message: string }
  | { kind: 'declined' };
