import type * as z from 'zod/mini';
import type { agentToolEvent } from '../claude/hook-events.ts';
import type { Assignment } from './find-assignment.ts';

/** A tool call of an agent, with the agent's assignment. */
export interface ToolCall extends Assignment {
  event: z.infer<typeof agentToolEvent>;
}
