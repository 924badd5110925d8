import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCapabilities } from '@modelcontextprotocol/server';
import { RunLookup } from '../../src/mcp/run-lookup.ts';
import type { ServerContext } from '../../src/mcp/server-context.ts';
import type { ToolCall } from '../../src/mcp/tools/define-tool.ts';
import { runTools } from '../../src/mcp/tools/run-tools.ts';
import { makeHost } from './host.ts';

/** The answer of a tool, as far as tests read it. */
export interface ToolAnswer {
  isError?: boolean;
  structuredContent?: Record<string, unknown>;
  content?: { type: string; text?: string }[];
  inputRequests?: Record<string, unknown>;
}

/** A server whose runs are executed by a no-op program. */
export function mcpContext(root: string, more: Partial<ServerContext> = {}): ServerContext {
  const idle = join(root, 'idle.cjs');
  writeFileSync(idle, '');
  return {
    ...makeHost(root, { caller: { kind: 'mcp' } }),
    isWorker: false,
    findClient: () => Promise.resolve('/bin/true'),
    program: { execPath: process.execPath, cli: idle, env: process.env, cwd: root },
    runFlags: [],
    ...more,
  };
}

/** Calls a tool of the MCP server within this process. */
export async function callTool(
  context: ServerContext,
  name: string,
  args: object,
  call: Partial<ToolCall> = {},
): Promise<ToolAnswer> {
  const tool = runTools(new RunLookup(context), context).find((one) => one.name === name);
  if (!tool) throw new Error(`the server has no tool ${name}`);
  const capabilities: ClientCapabilities = { elicitation: { form: {} } };
  const answer = await tool.call(args, {
    capabilities,
    signal: new AbortController().signal,
    isCancelled: () => false,
    progress: () => Promise.resolve(),
    inputResponses: undefined,
    ...call,
  });
  return answer as ToolAnswer;
}

/** All text of an answer for a model or a program. */
export function textOf(answer: ToolAnswer): string {
  const { content = [], structuredContent = {} } = answer;
  return [...content.map(({ text = '' }) => text), JSON.stringify(structuredContent)].join('\n');
}
