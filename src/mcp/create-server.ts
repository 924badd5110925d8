import { Server } from '@modelcontextprotocol/server';
import { RunLookup } from './run-lookup.ts';
import type { ServerContext } from './server-context.ts';
import { runTasks } from './tasks/run-tasks.ts';
import type { Subscribable } from './tasks/subscriptions.ts';
import { serveTasks } from './tasks/task-extension.ts';
import { serveTools } from './tools/serve-tools.ts';
import { serveResources, watchResource } from './transport/resources.ts';

type ServerFactory = (request: { era: 'legacy' | 'modern' }) => Server;

/** Tools that only the client itself calls; see `serveTools`. */
export type HiddenTools = Parameters<typeof serveTools>[2];

/** What a transport serves. */
export interface Service {
  /** Creates an instance for a connection, or for a request of a stateless transport. */
  create: ServerFactory;
  /** What clients can be notified of. */
  subjects: Subscribable;
}

export function createService(
  context: ServerContext,
  version: string,
  hidden: HiddenTools,
): Service {
  const runs = new RunLookup(context);
  const tasks = runTasks(runs, context);
  // Every session has a server, but most call no tool: the tools are loaded on first use.
  const tools = () =>
    import('./tools/run-tools.ts').then(({ runTools }) => runTools(runs, context));
  const create: ServerFactory = ({ era }) => {
    const server = new Server({ name: 'swarm-parallel', title: 'swarm-parallel', version });
    serveTools(server, tools, hidden);
    serveResources(server, runs, context, era);
    if (era === 'modern') serveTasks(server, tasks);
    return server;
  };
  const resource: Subscribable['resource'] = (uri, onChange) =>
    watchResource(uri, context, onChange);
  return { create, subjects: { resource, task: tasks.watch } };
}
