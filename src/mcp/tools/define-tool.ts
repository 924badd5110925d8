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

/** What a tool receives besides its arguments. */
export interface ToolCall {
  /** The client's capabilities for this request. */
  capabilities: ClientCapabilities;
  /** Aborted when the caller cancels or disconnects. */
  signal: AbortSignal;
  /** Whether the caller cancelled the call; a broken connection does not count. */
  isCancelled(): boolean;
  /** Reports progress to the caller; does nothing if the caller did not request it. */
  progress(share: number, message: string): Promise<void>;
  /** The person's input, by the key of its request. */
  inputResponses: Readonly<Record<string, unknown>> | undefined;
}

export type ToolResult = CallToolResult | InputRequiredResult | CreatedTask;

/** A tool of the server. Invalid arguments are rejected before it runs. */
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
        // Only errors with a message for the user are for the model; others are internal errors.
        if (error instanceof SwarmError) return failure(describeError(error));
        throw error;
      }
    },
  };
}

/** @param text for the model; `structured` is the same for programs */
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
