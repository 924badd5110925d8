/** @module-tag long */

import { execFileSync } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type RunningClaude, runClaude, startClaude } from '../support/claude-client.ts';
import { makeRecorderPlugin, type RecordedHook, readRecorded } from '../support/hook-recorder.ts';
import { startInteractive } from '../support/interactive-client.ts';
import { type ModelRequest, type Reply, startScriptedModel } from '../support/scripted-model.ts';
import { makeTempDir, makeTempRepo } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const TIMEOUT_MS = 300_000;

vi.setConfig({ testTimeout: TIMEOUT_MS });

function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function launch(...prompts: readonly string[]): Reply {
  const toolUses = prompts.map((prompt) => ({
    name: 'Agent',
    input: { description: `task ${prompt}`, prompt, subagent_type: 'general-purpose' },
  }));
  return { toolUses };
}

/** True while the process runs; a zombie counts as ended. */
function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !state.startsWith('Z');
  } catch {
    return false;
  }
}

test('two background agents run at the same time and both report', async () => {
  await using repo = await makeTempRepo();
  await using plugin = await makeTempDir();
  await makeRecorderPlugin(plugin.path);
  const waiting = new Map<string, () => void>();
  // Each agent is answered only once the other one has asked, so a serial client would hang.
  const bothAsked = (prompt: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(prompt, resolve);
      if (waiting.size === 2) for (const release of waiting.values()) release();
    });
  await using model = await startScriptedModel(async (request) => {
    if (!request.isAgent) return request.step === 0 ? launch('alpha', 'beta') : { text: 'noted' };
    await bothAsked(request.firstUserText);
    return { text: `report of ${request.firstUserText}` };
  });

  const run = await runClaude({
    model,
    cwd: repo.path,
    prompt: 'go',
    pluginDir: plugin.path,
    timeoutMs: TIMEOUT_MS,
  });

  expect(run).toMatchObject({ exitCode: 0, timedOut: false, resultText: 'noted' });
  const notifications = model.requests.flatMap((request) => request.notifications).join();
  expect(notifications).toContain('<result>report of alpha</result>');
  expect(notifications).toContain('<result>report of beta</result>');
  const hooks = await readRecorded(plugin.path);
  const stops = hooks.filter((hook) => hook.event === 'SubagentStop');
  const agentIds = new Set(model.requests.flatMap((request) => request.agentId ?? []));
  expect(agentIds.size).toBe(2);
  expect(new Set(stops.map((hook) => hook.payload.agent_id))).toEqual(agentIds);
  expect(hooks[0]).toMatchObject({ event: 'SessionStart', payload: { source: 'startup' } });
});

test('the client retries an injected 529, and a permanent one ends the agent', async () => {
  await using repo = await makeTempRepo();
  await using plugin = await makeTempDir();
  await makeRecorderPlugin(plugin.path, ['StopFailure']);
  let mainRequests = 0;
  const recorded = (): Promise<RecordedHook[]> => readRecorded(plugin.path);
  await using model = await startScriptedModel(async (request) => {
    if (request.isAgent) return { error: { status: 529 } };
    mainRequests += 1;
    if (mainRequests === 1) return { error: { status: 529 } };
    if (request.step === 0) return launch('doomed');
    // The client does not wait for StopFailure hooks and kills a running one when it exits.
    await waitUntil(async () => (await recorded()).length === 1);
    return { text: 'over' };
  });

  const run = await runClaude({
    model,
    cwd: repo.path,
    prompt: 'go',
    pluginDir: plugin.path,
    timeoutMs: TIMEOUT_MS,
  });

  expect(run).toMatchObject({ exitCode: 0, resultText: 'over' });
  const agentIds = new Set(model.requests.flatMap((request) => request.agentId ?? []));
  expect(agentIds.size).toBe(1);
  const [failure] = await recorded();
  expect(failure?.payload).toMatchObject({ agent_id: [...agentIds][0], error: 'server_error' });
});

test('a report of 200 kB with arbitrary characters arrives unchanged', async () => {
  await using repo = await makeTempRepo();
  const line = '\u001b[31mred\u001b[0m 漢字 😀 e\u0301 "quoted" \\ \t `code` $(x) %s\n';
  const report = line.repeat(Math.ceil(200_000 / Buffer.byteLength(line)));
  await using model = await startScriptedModel(() => ({ text: report }));

  const run = await runClaude({ model, cwd: repo.path, prompt: 'go', timeoutMs: TIMEOUT_MS });

  expect(run.resultText === report).toBe(true);
});

test('killing the client ends the processes it started', async () => {
  await using repo = await makeTempRepo();
  const command = 'echo $$ > pid.txt; exec tail -f /dev/null';
  await using model = await startScriptedModel((request) =>
    request.step === 0
      ? { toolUses: [{ name: 'Bash', input: { command, description: 'wait' } }] }
      : { text: 'never reached' },
  );
  const pidFile = join(repo.path, 'pid.txt');

  const client: RunningClaude = await startClaude({
    model,
    cwd: repo.path,
    prompt: 'go',
    args: ['--allowedTools', 'Bash'],
    timeoutMs: TIMEOUT_MS,
  });
  await waitUntil(async () => /\d\n/.test(await readFile(pidFile, 'utf8')));
  const shell = Number(await readFile(pidFile, 'utf8'));
  client.kill();
  const run = await client.ended;

  expect(run).toMatchObject({ exitCode: null, timedOut: false });
  await waitUntil(() => !isRunning(shell));
});

test.skipIf(!hasTmux())('an interactive session shows the answer and ends on /exit', async () => {
  await using repo = await makeTempRepo();
  const cwd = await realpath(repo.path);
  await using model = await startScriptedModel((request: ModelRequest) => ({
    text: `you said: ${request.lastUserText.toUpperCase()}`,
  }));
  await using client = await startInteractive({ model, cwd, columns: 80, rows: 24 });

  await client.waitFor(/^❯/m);
  client.type('ping pong');
  await client.waitFor(/❯.ping pong/);
  client.sendKeys('Enter');
  await client.waitFor(/you said: PING PONG/);
  client.resize(100, 30);
  await client.waitFor(/accept edits[^\n]*\s*$/);
  client.type('/exit');
  await client.waitFor(/❯.\/exit/);
  client.sendKeys('Enter');

  await client.waitForExit();
});
