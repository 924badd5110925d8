import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type InteractiveClient, startInteractive } from '../support/interactive-client.ts';
import { makeLatch } from '../support/latch.ts';
import { bash, orchestrate } from '../support/orchestrator.ts';
import { type Reply, type Script, startScriptedModel } from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Runs whose conversation is interrupted, compacted or cleared. */

const TIMEOUT_MS = 300_000;

/** A run of two tasks, one after the other; the first one works until the latch opens. */
function makeHeldRun() {
  const latch = makeLatch();
  const lead = orchestrate({
    plan: makePlan([{ id: 'one' }, { id: 'two', needs: ['one'] }]),
    agents: {
      one: async () => {
        await latch.opened;
        return { text: 'The report of one.' };
      },
    },
  });
  return { latch, lead };
}

async function start(script: Script, cwd: string) {
  const model = await startScriptedModel(script);
  const client = await startInteractive({ model, cwd, pluginDir: PROJECT });
  await client.waitFor(/❯/);
  return {
    model,
    client,
    async [Symbol.asyncDispose]() {
      await client.stop();
      await model.close();
    },
  };
}

async function submit(client: InteractiveClient, text: string): Promise<void> {
  client.type(text);
  await client.waitFor(new RegExp(text.slice(-15)));
  client.sendKeys('Enter');
}

test(
  'after Esc the agents continue, but nothing is held or launched until the person resumes the run',
  async () => {
    await using repo = await makeTempRepo();
    const { latch, lead } = makeHeldRun();
    let isThinking = false;
    const told: string[] = [];
    await using session = await start((request) => {
      if (!request.isAgent && isThinking) told.push(request.contextText);
      if (request.lastUserText.includes('Name the capital of Italy'))
        return { text: 'It is Rome.' };
      if (request.lastUserText.includes('Continue the run')) return bash('swarm resume');
      // Esc is pressed while the orchestrator is generating its answer to the launch.
      const isLaunched = request.toolResults.some(({ text }) => /launched successfully/.test(text));
      if (!request.isAgent && isLaunched && !isThinking) {
        isThinking = true;
        return new Promise<Reply>(() => {});
      }
      return lead(request);
    }, repo.path);
    const { client } = session;

    await submit(client, '/swarm-parallel Test the swarm');
    await waitUntil(() => isThinking);
    client.sendKeys('Escape');
    await client.waitFor(/Interrupted/);
    await submit(client, 'Name the capital of Italy');
    await client.waitFor(/It is Rome/);
    latch.open();
    await client.waitFor(/1 of 2 tasks completed/);
    await client.waitFor(/Waiting for the agents/);
    const paused = readRun(repo.path);
    expect(outcomes(paused.status)).toEqual({ one: 'completed', two: 'pending' });
    expect(paused.ledger.map(({ event }) => event)).not.toContain('turn.held');
    expect(told[0]).toContain(`/swarm-resume ${paused.id}`);
    expect(told.join('\n')).not.toContain('Launch now');

    await submit(client, 'Continue the run');
    await client.waitFor(/2 of 2 tasks completed/);
    const run = readRun(repo.path);
    expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed' });
    expect(run.status.tasks.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(run.errors).toBe('');
  },
  TIMEOUT_MS,
);

test('after a compaction the orchestrator gets the state of the run again', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { latch, lead } = makeHeldRun();
  const told: string[] = [];
  let isCompacted = false;
  await using session = await start((request) => {
    if (request.isAgent) return lead(request);
    if (/summary of (?:the|our|this) conversation/i.test(request.lastUserText)) {
      isCompacted = true;
      return { text: '<summary>A run works on the goal.</summary>' };
    }
    if (isCompacted) told.push(`${request.contextText}\n${request.lastUserText}`);
    return lead(isCompacted ? { ...request, step: request.step + 1 } : request);
  }, repo.path);
  const { client } = session;

  await submit(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/Waiting for the agents/);
  await submit(client, '/compact');
  await waitUntil(() => isCompacted);
  await client.waitFor(/[Cc]ompacted/);
  latch.open();

  await client.waitFor(/2 of 2 tasks completed/);
  const run = readRun(repo.path);
  expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed' });
  expect(told.join('\n')).toContain(`swarm run ${run.id}`);
  expect(run.errors).toBe('');
});

test('after /clear the new conversation gets the state of the run, and the agents continue', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { latch, lead } = makeHeldRun();
  const told: string[] = [];
  let isCleared = false;
  await using session = await start((request) => {
    if (request.isAgent || !isCleared) return lead(request);
    told.push(`${request.contextText}\n${request.lastUserText}`);
    return lead({ ...request, step: request.step + 1 });
  }, repo.path);
  const { client } = session;

  await submit(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/Waiting for the agents/);
  isCleared = true;
  await submit(client, '/clear');
  await client.waitFor(/^(?![\s\S]*Waiting for the agents)/);
  latch.open();

  await client.waitFor(/2 of 2 tasks completed/);
  const run = readRun(repo.path);
  expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed' });
  expect(run.status.tasks.map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(told.join('\n')).toContain(`swarm run ${run.id}`);
  expect(run.errors).toBe('');
});

test('the terminal notifies the user once when a run ends', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-terminal-'));
  const bytes = join(scratch, 'bytes');
  writeFileSync(bytes, '');
  try {
    const lead = orchestrate({ plan: makePlan([{ id: 'one' }, { id: 'two' }]), agents: {} });
    await using session = await start(lead, repo.path);
    session.client.record(bytes);
    await submit(session.client, '/swarm-parallel Test the swarm');
    await session.client.waitFor(/2 of 2 tasks completed/);

    const sent = () => readFileSync(bytes, 'utf8');
    await waitUntil(() => sent().includes('swarm: run completed'));
    // Once the session has ended, there are no further notifications.
    await submit(session.client, '/exit');
    await session.client.waitForExit();
    expect(sent().split('\u001b]9;swarm: run completed, 2 of 2 tasks completed')).toHaveLength(2);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
