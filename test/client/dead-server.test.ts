import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findClaude } from '../support/claude-client.ts';
import { type AgentScript, bash } from '../support/orchestrator.ts';
import { serversIn } from '../support/plugin-server.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, playSession, readRun } from '../support/swarm-session.ts';

/** Irreversible commands of agents whose session has lost the plugin's server. */

const TIMEOUT = { timeout: 300_000 };

/** It leaves a trace in the repository if it runs. */
const COMMAND = 'echo ran >> runs.txt; git push --force origin main || true';

/** Sends a signal to the servers in the agent's directory, then tries the command. */
function loses(signal: 'SIGKILL' | 'SIGSTOP', cwd: () => string, told: string[]): AgentScript {
  return (request) => {
    told.push(...request.toolResults.map(({ text }) => text));
    if (request.step > 0) return { text: 'I need the push.' };
    const servers = serversIn(cwd());
    for (const pid of servers) process.kill(pid, signal);
    return bash(servers.length > 0 ? COMMAND : 'echo no server');
  };
}

async function isGated(signal: 'SIGKILL' | 'SIGSTOP', client: string): Promise<void> {
  const told: string[] = [];
  let root = '';
  await using session = await playSession({
    plan: makePlan([{ id: 'release' }]),
    prepare: (repo) => {
      root = repo.path;
    },
    agents: { release: loses(signal, () => root, told) },
    claude: findClaude(client),
    args: ['--allowedTools', 'Bash'],
  });
  for (const pid of serversIn(root)) process.kill(pid, 'SIGKILL');

  expect(told.join()).toMatch(/cannot be undone \(force-push/);
  expect(existsSync(join(root, 'runs.txt'))).toBe(false);
  expect(session.run.status.status).toBe('input_required');
}

const OLDEST = 'claude-code-oldest';
const PINNED = '@anthropic-ai/claude-code';

test('in the oldest client, an agent is gated after its server was killed', TIMEOUT, () =>
  isGated('SIGKILL', OLDEST),
);

test.each([
  ['SIGKILL', PINNED],
  ['SIGSTOP', PINNED],
  ['SIGSTOP', OLDEST],
] as const)(
  'an agent is gated after %s of its server in %s',
  {
    ...TIMEOUT,
    tags: ['long'],
  },
  isGated,
);

test('a worker is gated after SIGSTOP of its server', { ...TIMEOUT, tags: ['long'] }, async () => {
  const told: string[] = [];
  let root = '';
  await using stage = await makeStage({
    plan: makePlan([{ id: 'release' }]),
    agents: { release: loses('SIGSTOP', () => root, told) },
  });
  root = stage.repo.path;
  await stage.swarm('run', 'plan.md', '--allowed-tools', 'Bash');
  for (const pid of serversIn(root)) process.kill(pid, 'SIGKILL');

  expect(told.join()).toMatch(/cannot be undone \(force-push/);
  expect(existsSync(join(root, 'runs.txt'))).toBe(false);
  expect(readRun(root).status.status).toBe('input_required');
});
