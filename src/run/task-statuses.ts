/** States of a task; a run has the same without `pending`. Names follow MCP tasks. */
export const TASK_STATUSES = [
  'pending',
  'working',
  'input_required',
  'completed',
  'failed',
  'cancelled',
] as const;
