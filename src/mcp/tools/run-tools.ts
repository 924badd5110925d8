import type { RunLookup } from '../run-lookup.ts';
import type { ServerContext } from '../server-context.ts';
import { cancelTool } from './cancel-tool.ts';
import { answerTool, resumeTool, retryTool, startTool } from './change-tools.ts';
import type { Tool } from './define-tool.ts';
import { listTool, resultTool, statusTool } from './read-tools.ts';

/** The tools of the server. An agent of a run gets only those that read. */
export function runTools(runs: RunLookup, context: ServerContext): Tool[] {
  const reading = [statusTool(runs, context), resultTool(runs), listTool(context)];
  if (context.isWorker) return reading;
  return [
    startTool(context),
    ...reading,
    cancelTool(runs, context),
    retryTool(runs, context),
    resumeTool(runs, context),
    answerTool(runs, context),
  ];
}
