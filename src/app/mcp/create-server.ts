import { Server } from '@modelcontextprotocol/server';
import { runTasks } from './run-tasks.ts';
import { Runs } from './runs.ts';
import { serveResources } from './serve-resources.ts';
import { serveTools } from './serve-tools.ts';
import type { ServerContext } from './server-context.ts';
import { serveTasks } from './task-extension.ts';

export type ServerFactory = (request: { era: 'legacy' | 'modern' }) => Server;

/** What only the client itself calls; see `serveTools`. */
export type HiddenTools = Parameters<typeof serveTools>[2];

/** @returns what makes an instance for each connection, or for each request of stateless transports */
export function serverFactory(
  context: ServerContext,
  version: string,
  hidden: HiddenTools,
): ServerFactory {
  const runs = new Runs(context.root);
  // Most sessions call no tool, and each has a server: what the tools need is loaded when one asks.
  const tools = () => import('./run-tools.ts').then(({ runTools }) => runTools(runs, context));
  return ({ era }) => {
    const server = new Server({ name: 'swarm-parallel', title: 'swarm-parallel', version });
    serveTools(server, tools, hidden);
    serveResources(server, runs, context, era);
    if (era === 'modern') serveTasks(server, runTasks(runs, context));
    return server;
  };
}
