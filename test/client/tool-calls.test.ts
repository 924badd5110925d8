import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runClaude } from '../support/claude-client.ts';
import { bash } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

const CALLS = [
  bash('ls && echo one | wc -l'),
  bash('git log --oneline; exit 3'),
  { toolUses: [{ name: 'Read', input: { file_path: join(PROJECT, 'LICENSE') } }] },
];

test('without a run, tool calls of the conversation and of agents start no process of the plugin', {
  timeout: 300_000,
}, async () => {
  await using repo = await makeTempRepo();
  await using model = await startScriptedModel((request) => {
    const agent = { description: 'Look', prompt: 'Look', subagent_type: 'general-purpose' };
    const last = request.isAgent ? [] : [{ toolUses: [{ name: 'Agent', input: agent }] }];
    return [...CALLS, ...last][request.step] ?? { text: 'over' };
  });

  const { debugLog } = await runClaude({
    model,
    cwd: repo.path,
    prompt: 'go',
    pluginDir: PROJECT,
    args: ['--allowedTools', 'Bash', 'Read', 'Agent'],
    timeoutMs: 150_000,
  });

  const finished = debugLog.matchAll(/Hooks: (?:Pre|Post)ToolUse\w*:(\w+) \[/g);
  expect([...new Set([...finished].map(([, tool]) => tool))]).toEqual(['Agent']);
  // The client called the server before each call, and after each Bash call.
  const asked = debugLog.match(/mcp_tool calling plugin:swarm-parallel:swarm\/hook-event/g) ?? [];
  expect(asked.length).toBeGreaterThanOrEqual(2 * CALLS.length);
});
