import { expect, it } from 'vitest';
import { hooksOfWorkers } from '../../../src/claude/worker-plugin.ts';

it('keeps the hooks that check tool calls, those that the server answers, and that of a compaction', () => {
  const process = (script: string) => ({ type: 'command', command: 'node', args: [script] });
  const server = { type: 'mcp_tool', server: 'swarm', tool: 'hook-event' };
  const before = [
    { matcher: 'Agent', hooks: [process('record-event.cjs')] },
    { matcher: '*', hooks: [server] },
  ];
  expect(
    hooksOfWorkers({
      PreToolUse: before,
      PostToolUse: [
        { matcher: 'Agent', hooks: [process('record-event.cjs')] },
        { matcher: 'Bash', hooks: [server] },
      ],
      Stop: [{ hooks: [process('record-event.cjs')] }],
      SessionStart: [{ hooks: [process('record-event.cjs')] }],
    }),
  ).toEqual({
    PreToolUse: before,
    PostToolUse: [{ matcher: 'Bash', hooks: [server] }],
    SessionStart: [{ matcher: 'compact', hooks: [process('record-event.cjs')] }],
  });
});
