import { setTimeout as sleep } from 'node:timers/promises';
import {
  acceptedContent,
  type CallToolResult,
  type InputRequest,
  inputRequired,
  MissingRequiredClientCapabilityError,
} from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { createdTask, hasTasks, requireTasks } from '../../src/mcp/tasks/task-extension.ts';
import { defineTool, type Tool, type ToolCall } from '../../src/mcp/tools/define-tool.ts';
import type { FixtureTasks, Work } from './fixture-tasks.ts';

/** The tools that the conformance suite calls, by the names that it gives them. */
export function fixtureTools(tasks: FixtureTasks): Tool[] {
  const inBackground = (call: ToolCall, work: (work: Work) => Promise<CallToolResult>) =>
    createdTaskOf(tasks, call, work);
  return [
    tool('greet', z.object({ name: z.optional(z.string()) }), ({ name }) =>
      text(`Hello, ${name ?? 'World'}!`),
    ),
    tool(
      'slow_compute',
      z.object({ seconds: z.optional(z.number()), label: z.optional(z.string()) }),
      ({ seconds = 0 }, call) =>
        inBackground(call, async ({ signal }) => {
          await sleep(seconds * 1_000, undefined, { signal });
          return text(`computed for ${seconds} s`);
        }),
    ),
    tool('failing_job', z.object({}), (_, call) => {
      requireTasks(call.capabilities);
      return inBackground(call, async () => {
        await sleep(1_000);
        return { ...text('the job failed'), isError: true };
      });
    }),
    tool('protocol_error_job', z.object({}), (_, call) =>
      inBackground(call, () => Promise.reject(new Error('the job went to pieces'))),
    ),
    tool('confirm_delete', z.object({ filename: z.optional(z.string()) }), (_, call) =>
      inBackground(call, async ({ ask }) => {
        const answers = await ask({ 'confirm-1': question('Delete it?', 'confirm', 'boolean') });
        return text(`answered: ${JSON.stringify([...answers.values()])}`);
      }),
    ),
    tool('multi_input', z.object({}), (_, call) =>
      inBackground(call, async ({ ask }) => {
        const answers = await ask({
          'first-1': question('The first?', 'first', 'string'),
          'second-1': question('The second?', 'second', 'string'),
        });
        return text(`answered: ${JSON.stringify([...answers.values()])}`);
      }),
    ),
    tool('test_tool_with_task', z.object({}), (_, call) => {
      requireTasks(call.capabilities);
      const given = acceptedContent<{ name?: string }>({ ...call.inputResponses }, 'user_name');
      if (!given) {
        const request = question('What is your name?', 'name', 'string');
        return inputRequired({ inputRequests: { user_name: request } });
      }
      return inBackground(call, async () => text(`Hello, ${given.name}!`));
    }),
    tool('test_simple_text', z.object({}), () =>
      text('This is a simple text response for testing.'),
    ),
    tool('test_error_handling', z.object({}), () => ({
      ...text('This tool intentionally returns an error for testing'),
      isError: true,
    })),
    tool('test_tool_with_progress', z.object({}), async (_, call) => {
      for (const percent of [0.1, 0.5, 1]) {
        await call.progress(percent, `${percent * 100}%`);
        await sleep(20);
      }
      return text('done');
    }),
    tool('test_missing_capability', z.object({}), (_, { capabilities }) => {
      if (capabilities.sampling) return text('sampling is there');
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
    }),
    tool('test_streaming_elicitation', z.object({}), async (_, call) => {
      await call.progress(0.5, 'half');
      return inputRequired({
        inputRequests: { user_name: question('What is your name?', 'name', 'string') },
      });
    }),
    tool('test_logging_tool', z.object({}), () => text('nothing is logged')),
    tool('test_input_required_result_elicitation', z.object({}), (_, { inputResponses }) => {
      const given = acceptedContent<{ name?: string }>({ ...inputResponses }, 'user_name');
      return given
        ? text(`Hello, ${given.name}!`)
        : inputRequired({
            inputRequests: { user_name: question('What is your name?', 'name', 'string') },
          });
    }),
  ];
}

function tool<Input extends z.ZodMiniType>(
  name: string,
  input: Input,
  call: Parameters<typeof defineTool<Input>>[1],
): Tool {
  const about = { title: name, description: `Fixture ${name}.`, annotations: {} };
  return defineTool({ name, ...about, input, output: z.looseObject({}) }, call);
}

/** A client without tasks waits for the result. */
async function createdTaskOf(
  tasks: FixtureTasks,
  { capabilities, signal }: ToolCall,
  work: (work: Work) => Promise<CallToolResult>,
) {
  if (hasTasks(capabilities)) return createdTask(tasks.start(work));
  return work({ signal, ask: () => Promise.reject(new Error('nobody can be asked')) });
}

function text(words: string): CallToolResult {
  return { content: [{ type: 'text', text: words }], structuredContent: { words } };
}

function question(message: string, field: string, type: 'string' | 'boolean'): InputRequest {
  const properties = { [field]: type === 'string' ? { type } : { type } };
  return {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message,
      requestedSchema: { type: 'object', properties, required: [field] },
    },
  };
}
