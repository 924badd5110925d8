import type {
  CallToolResult,
  ClientCapabilities,
  InputRequiredResult,
  Tool as ListedTool,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CreatedTask } from '../tasks/task-extension.ts';
import { describeError } from '../words/describe-error.ts';

/** What a tool learns of a call beside its arguments. */
export interface ToolCall {
  /** What the client of this very request can do. */
  capabilities: ClientCapabilities;
  /** Aborted when the caller cancels, or is gone. */
  signal: AbortSignal;
  /** The caller took the call back; that its connection broke is not that. */
  isCancelled(): boolean;
  /** Tells who waits how far it is; does nothing where nobody asked for it. */
  progress(share: number, message: string): Promise<void>;
  /** What the person entered, by the key of the request for it. */
  inputResponses: Readonly<Record<string, unknown>> | undefined;
}

export type ToolResult = CallToolResult | InputRequiredResult | CreatedTask;

/** A tool of the server; arguments that do not fit are answered before it is called. */
export interface Tool {
  name: string;
  list(): ListedTool;
  call(args: unknown, call: ToolCall): Promise<ToolResult>;
}

export function defineTool<Input extends z.ZodMiniType>(
  tool: {
    name: string;
    title: string;
    description: string;
    annotations: ToolAnnotations;
    input: Input;
    output: z.ZodMiniType;
  },
  call: (args: z.infer<Input>, call: ToolCall) => Promise<ToolResult> | ToolResult,
): Tool {
  const { name, title, description, annotations } = tool;
  return {
    name,
    list: () => ({
      name,
      title,
      description,
      inputSchema: toSchema(tool.input, 'input'),
      outputSchema: toSchema(tool.output, 'output'),
      annotations: { openWorldHint: false, ...annotations },
    }),
    async call(args, toolCall) {
      const parsed = z.safeParse(tool.input, args ?? {});
      if (!parsed.success) return failure(`${name}: ${z.prettifyError(parsed.error)}`);
      try {
        return await call(parsed.data, toolCall);
      } catch (error) {
        // Only what is explained by its message is for the model; the rest is an internal error.
        if (error instanceof SwarmError) return failure(describeError(error));
        throw error;
      }
    },
  };
}

/** @param text what the model reads; `structured` is the same for programs */
export function success(structured: object, text: string): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: { ...structured } };
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

function toSchema(schema: z.ZodMiniType, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io });
  return json as ListedTool['inputSchema'];
}
