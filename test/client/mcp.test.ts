import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readProcessTable } from '../../src/platform/process/process-table.ts';
import { findClaude, runClaude } from '../support/claude-client.ts';
import { type InteractiveClient, startInteractive } from '../support/interactive-client.ts';
import { makeLatch } from '../support/latch.ts';
import { bash } from '../support/orchestrator.ts';
import {
  type ModelRequest,
  type Reply,
  type ScriptedModel,
  startScriptedModel,
} from '../support/scripted-model.ts';
import { startSwarm } from '../support/swarm-process.ts';
import { PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The tools of the MCP server, called by the real client, which also runs the workers. */

const TIMEOUT = { timeout: 300_000 };
const SERVER = 'mcp__plugin_swarm-parallel_swarm__';
const use = (tool: string, input: object): Reply => ({
  toolUses: [{ name: `${SERVER}${tool}`, input }],
});
const START = {
  goal: 'A goal',
  tasks: [{ id: 'one', title: 'Do the one', brief: 'Say it.' }],
};

type Play = (request: ModelRequest) => Reply | Promise<Reply>;

interface Scene extends AsyncDisposable {
  repo: TempDir;
  model: ScriptedModel;
  /** Lets the worker report. */
  release(): void;
}

/**
 * @param play the conversation
 * @param work the worker of the only task; by default it reports when it is released
 */
async function setScene(play: Play, work?: Play): Promise<Scene> {
  const repo = await makeTempRepo();
  const { opened: released, open: release } = makeLatch();
  const waits: Play = async () => {
    await released;
    return { text: 'The report of one.' };
  };
  const model = await startScriptedModel((request) =>
    request.firstUserText.includes('# Your task: one') ? (work ?? waits)(request) : play(request),
  );
  return {
    repo,
    model,
    release,
    async [Symbol.asyncDispose]() {
      release();
      await model.close();
      await repo.remove();
    },
  };
}

const env = () => ({ SWARM_CLAUDE_BIN: findClaude() });

async function converse({ repo, model }: Scene, more: { home?: string; args?: string[] } = {}) {
  const client = await startInteractive({
    model,
    cwd: repo.path,
    pluginDir: PROJECT,
    env: env(),
    ...more,
    args: ['--allowedTools', `${SERVER}swarm_start`, ...(more.args ?? [])],
  });
  await client.waitFor(/❯/);
  // Until then the client does not offer the tools of the server.
  await waitUntil(() =>
    client.debugLog().includes('"plugin:swarm-parallel:swarm": Successfully connected'),
  );
  return client;
}

/** The process id of the session's plugin server, found by its HOME; workers have another one. */
function serverOf({ home }: InteractiveClient): number | undefined {
  return readProcessTable().find(
    ({ pid, environment }) =>
      environment?.includes(`HOME=${home}\0`) &&
      !environment.includes('SWARM_ATTEMPT=') &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('mcp.cjs'),
  )?.pid;
}

function say(client: InteractiveClient, text: string): void {
  client.type(text);
  client.sendKeys('Enter');
}

/** Starts a run when the user asks for it, and answers each notification with its status. */
const starts: Play = (request) => {
  const [told] = request.notifications;
  if (told) return { text: `Woken by ${/<status>(\w+)/.exec(told)?.[1]}.` };
  return request.step === 0 ? use('swarm_start', START) : { text: 'Meanwhile.' };
};

const statusOf = ({ repo }: Scene) => readRun(repo.path).status.status;

test(
  'a started run continues in the background, and its end wakes the conversation',
  TIMEOUT,
  async () => {
    await using scene = await setScene(starts);
    await using client = await converse(scene);
    say(client, 'go');
    await client.waitFor(/Meanwhile\./);
    const results = scene.model.requests.flatMap(({ toolResults }) => toolResults);
    expect(results.map(({ text }) => text).join()).toContain('moved to the background');
    expect(await client.waitFor(/1 MCP task/)).not.toContain('Woken');
    scene.release();
    await client.waitFor(/Woken by completed/);
    const told = scene.model.requests.flatMap(({ notifications }) => notifications).join();
    expect(told).toContain('1 of 1 task completed');
    expect(told).toContain('The report of one.');
    expect(told).toContain(`swarm://runs/${readRun(scene.repo.path).id}/reports/one`);
  },
);

test('TaskStop cancels the run', { ...TIMEOUT, tags: ['long'] }, async () => {
  let stopped = '';
  await using scene = await setScene((request) => {
    const [result] = request.toolResults;
    const [, id] = /as task (\w+)/.exec(result?.text ?? '') ?? [];
    if (id) return { toolUses: [{ name: 'TaskStop', input: { task_id: id } }] };
    stopped ||= result?.text ?? '';
    return starts(request);
  });
  await using client = await converse(scene);
  say(client, 'go');
  await client.waitFor(/Meanwhile\./);
  await waitUntil(() => statusOf(scene) === 'cancelled');
  expect(stopped).toContain('topped');
});

test('the same task continues after /exit and --continue', {
  ...TIMEOUT,
  tags: ['long'],
}, async () => {
  await using home = await makeTempDir();
  await using scene = await setScene(starts);
  {
    await using client = await converse(scene, { home: home.path });
    say(client, 'go');
    await client.waitFor(/1 MCP task/);
    await waitUntil(() => readRun(scene.repo.path).status.counts.working === 1);
    say(client, '/exit');
    await client.waitFor(/Exit|exit/);
    client.sendKeys('Enter');
    await client.waitForExit();
  }
  expect(statusOf(scene)).toBe('working');
  await using again = await converse(scene, { home: home.path, args: ['--continue'] });
  scene.release();
  await again.waitFor(/Woken by completed/);
  expect(readRun(scene.repo.path).status.tasks[0]?.attempts).toBe(1);
});

test('a run completes even if the server is killed', { ...TIMEOUT, tags: ['long'] }, async () => {
  await using scene = await setScene(starts);
  await using client = await converse(scene);
  say(client, 'go');
  await client.waitFor(/1 MCP task/);
  await waitUntil(() => readRun(scene.repo.path).status.counts.working === 1);
  process.kill(serverOf(client) ?? 0, 'SIGKILL');
  scene.release();
  await waitUntil(() => statusOf(scene) === 'completed');
});

const COMMAND = 'echo ran >> runs.txt; git push --force origin main || true';
/** Tries an irreversible command in each attempt. */
const pushes: Play = ({ step, toolResults }) =>
  step === 0 ? bash(COMMAND) : { text: `I was told: ${toolResults[0]?.text}` };

test('a gate shows a form, and approval resumes the run', TIMEOUT, async () => {
  await using scene = await setScene(starts, pushes);
  await using client = await converse(scene);
  say(client, 'go');
  const form = await client.waitFor(/requests your input/);
  expect(form).toContain(`  ${COMMAND}\n`);
  client.sendKeys('Right');
  await client.waitFor(/Approve exactly this/);
  client.sendKeys('Enter');
  await client.waitFor(/✔ Decision: Approve exactly this/);
  await client.waitFor(/❯ Accept/);
  // The form ignores keys right after a choice.
  await waitUntil(
    () => {
      if (!/requests your input/.test(client.screen())) return true;
      client.sendKeys('Enter');
      return false;
    },
    { what: 'the end of the form', state: client.screen },
  );
  await client.waitFor(/Woken by completed/);
  expect(readFileSync(`${scene.repo.path}/runs.txt`, 'utf8')).toBe('ran\n');
});

test('declining the form denies the gate, and the run ends', {
  ...TIMEOUT,
  tags: ['long'],
}, async () => {
  await using scene = await setScene(starts, pushes);
  await using client = await converse(scene);
  say(client, 'go');
  await client.waitFor(/❯ \* Decision/);
  client.sendKeys('Down');
  await client.waitFor(/❯ Accept/);
  client.sendKeys('Right');
  await client.waitFor(/❯ Decline/);
  client.sendKeys('Enter');
  await client.waitFor(/Woken by failed/);
  expect(statusOf(scene)).toBe('failed');
  const told = scene.model.requests.flatMap(({ notifications }) => notifications).join();
  expect(told).toContain('a person denied');
  expect(existsSync(`${scene.repo.path}/runs.txt`)).toBe(false);
});

test('closing the form leaves the gate pending', { ...TIMEOUT, tags: ['long'] }, async () => {
  await using scene = await setScene(starts, pushes);
  await using client = await converse(scene);
  say(client, 'go');
  await client.waitFor(/Esc to answer later/);
  client.sendKeys('Escape');
  await client.waitFor(/1 MCP task · needs your input/);
  expect(statusOf(scene)).toBe('input_required');
  // A pending gate can be decided elsewhere; the MCP task then ends with the status of the run.
  const { id } = readRun(scene.repo.path);
  const denied = startSwarm(['deny', `${id}/one`], { cwd: scene.repo.path, env: process.env });
  expect((await denied.result).code).toBe(0);
  await client.waitFor(/Woken by failed/);
});

function headless(scene: Scene, prompt = 'go'): ReturnType<typeof runClaude> {
  const { model, repo } = scene;
  const args = [
    '--allowedTools',
    ['start', 'status', 'result', 'answer'].map((tool) => `${SERVER}swarm_${tool}`).join(','),
  ];
  return runClaude({
    model,
    cwd: repo.path,
    prompt,
    pluginDir: PROJECT,
    env: env(),
    args,
    timeoutMs: 150_000,
  });
}

test('headless: the model waits for a run, or starts it and polls', TIMEOUT, async () => {
  const texts: string[] = [];
  await using scene = await setScene(({ step, toolResults }) => {
    for (const { text } of toolResults) texts.push(text);
    if (step === 0) return use('swarm_start', START);
    if (step === 1) {
      scene.release();
      return use('swarm_status', { wait: 50 });
    }
    if (step === 2) return use('swarm_start', { ...START, wait: 50 });
    if (step === 3) return use('swarm_result', { task: 'one' });
    return { text: 'over' };
  });
  const { resultText } = await headless(scene);
  expect(resultText).toBe('over');
  expect(texts[0]).toContain('"status":"working"');
  expect(texts[1]).toContain('"status":"completed"');
  expect(texts[2]).toContain('"status":"completed"');
  expect(texts[3]).toContain('The report of one.');
});

test('headless: a subagent starts a run and gets its result', {
  ...TIMEOUT,
  tags: ['long'],
}, async () => {
  const texts: string[] = [];
  await using scene = await setScene(({ isAgent, step, toolResults }) => {
    if (!isAgent) {
      const input = {
        description: 'start it',
        prompt: 'start it',
        subagent_type: 'general-purpose',
      };
      return step === 0 ? { toolUses: [{ name: 'Agent', input }] } : { text: 'over' };
    }
    scene.release();
    for (const { text } of toolResults) texts.push(text);
    return step === 0 ? use('swarm_start', { ...START, wait: 50 }) : { text: 'done' };
  });
  await headless(scene);
  expect(texts[0]).toContain('"status":"completed"');
});

test('headless: the model cannot decide a gate', TIMEOUT, async () => {
  const texts: string[] = [];
  await using scene = await setScene(({ step, toolResults }) => {
    for (const { text } of toolResults) texts.push(text);
    if (step === 0) return use('swarm_start', { ...START, wait: 50 });
    const run = readRun(scene.repo.path).id;
    return step === 1 ? use('swarm_answer', { run, task: 'one' }) : { text: 'over' };
  }, pushes);
  await headless(scene);
  expect(texts[0]).toContain('"status":"input_required"');
  expect(statusOf(scene)).toBe('input_required');
  expect(readRun(scene.repo.path).ledger.some(({ event }) => event === 'gate.approved')).toBe(
    false,
  );
});
