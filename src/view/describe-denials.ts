import type { StatusDocument } from '../run/status-schema.ts';

/** How a person allows workers a tool. */
export const HOW_TO_ALLOW =
  'Allow them with `--permission-mode acceptEdits` (edits), `--allowed-tools`, or `permissions.allow` in the settings';

/** Names the tools that the client refused agents, by task; empty if none were. */
export function describeDenials({ tasks }: StatusDocument): string[] {
  return tasks.flatMap(({ id, deniedTools = [], evidence }) => {
    const tools = [...new Set([...deniedTools, ...(evidence?.permissionDenials ?? [])])];
    return tools.length > 0 ? `${id}: the client refused ${tools.join(', ')}` : [];
  });
}
