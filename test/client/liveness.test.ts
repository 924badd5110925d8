import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendToRun, loadRun } from '../../src/store/run-handle.ts';
import { runPaths } from '../../src/store/run-paths.ts';
import { runClaude } from '../support/claude-client.ts';
import { bash, checkpoint, launchesIn, orchestrate } from '../support/orchestrator.ts';
import { serversIn } from '../support/plugin-server.ts';
import { type Reply, startScriptedModel } from '../support/scripted-model.ts';
import {
  makePlan,
  newestRun,
  outcomes,
  PROJECT,
  playSession,
  readRun,
} from '../support/swarm-session.ts';
import { makeTempRepo, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Liveness of agents, which the plugin's server checks at tool calls, and notifications. */

const TIMEOUT_MS = 300_000;

function configure(config: object): (repo: TempDir) => void {
  return (repo) => {
    mkdirSync(join(repo.path, '.claude'), { recursive: true });
    writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), JSON.stringify(config));
  };
}

const read = (file: string): Reply => ({
  toolUses: [{ name: 'Read', input: { file_path: file } }],
});

test(
  'an agent of a cancelled task ends at its next call of any tool',
  async () => {
    let isCancelled = false;
    let after = 0;
    await using session = await playSession({
      plan: makePlan([{ id: 'drop' }, { id: 'keep' }]),
      agents: {
        drop: () => {
          if (isCancelled) after++;
          return { ...read(join(PROJECT, 'LICENSE')), delayMs: 300 };
        },
      },
      main: (request) => {
        const run = /swarm (\S+) is/.exec(request.contextText)?.[1];
        if (isCancelled || !request.contextText.includes('1 of 2 tasks completed'))
          return undefined;
        isCancelled = true;
        return bash(`swarm cancel ${run}/drop`);
      },
    });

    expect(outcomes(session.run.status)).toEqual({ drop: 'cancelled', keep: 'completed' });
    expect(after).toBeLessThan(8);
  },
  TIMEOUT_MS,
);

test('reports a stalled agent to the orchestrator once, not as a failure; tool calls are heartbeats', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const told: string[] = [];
  await using session = await playSession({
    plan: makePlan([{ id: 'silent' }, { id: 'busy' }]),
    prepare: configure({ tiers: { medium: { heartbeatTimeout: '2s' } } }),
    agents: {
      silent: (request) =>
        request.step === 0 ? bash('node -e "setTimeout(() => {}, 6000)"') : { text: 'Back again.' },
      busy: (request) =>
        request.step < 10
          ? { ...read(join(PROJECT, 'LICENSE')), delayMs: 500 }
          : { text: 'Busy all the time.' },
    },
    args: ['--allowedTools', 'Bash(node *)'],
    main: (request) => {
      told.push(request.contextText);
      const watch = /Then start `(swarm watch [^`]+)`/.exec(
        request.notifications.join('\n') + request.contextText,
      )?.[1];
      return watch ? bash(watch, { run_in_background: true }) : undefined;
    },
  });

  const { run } = session;
  expect(run.errors).toBe('');
  expect(outcomes(run.status)).toEqual({ silent: 'completed', busy: 'completed' });
  const stalled = run.ledger.filter((event) => event.event === 'attempt.stalled');
  const silent = run.state.tasks.get('silent')?.attempts[0]?.id;
  expect(stalled).toMatchObject([{ attempt: silent }]);
  expect(run.ledger.filter(({ event }) => event === 'stall.told')).toHaveLength(1);
  expect(run.ledger.some(({ event }) => event === 'agent.seen')).toBe(true);
  expect(told.join('\n')).toContain('No heartbeat for a while from silent:');
});

test(
  'an agent that the client no longer lists and that never reported is lost, and its task retried',
  async () => {
    let root = '';
    await using session = await playSession({
      plan: makePlan([{ id: 'seen' }, { id: 'gone' }]),
      prepare: (repo) => {
        root = repo.path;
        const retry = { initialInterval: '100ms', maximumInterval: '100ms' };
        configure({ tiers: { medium: { retry } } })(repo);
      },
      main: ({ step, toolResults }) => {
        const launches = launchesIn(toolResults.map(({ text }) => text).join());
        if (step === 1)
          return {
            toolUses: launches.filter(({ input }) => /\/seen"/.test(JSON.stringify(input))),
          };
        // By then the other launch is in the ledger, too.
        return step === 2 ? { text: 'Waiting for the agents.', delayMs: 4_000 } : undefined;
      },
      agents: {
        seen: async () => {
          // No client loses an agent on demand, so the ledger gets one that this client never had.
          const run = loadRun(runPaths(root, newestRun(root)));
          const [mine] = run.state.attempts.values();
          if (!mine?.client) throw new Error('the client is not known');
          const { client, session } = mine;
          const at = new Date().toISOString();
          appendToRun(run, [
            { event: 'attempt.launched', at, task: 'gone', attempt: 'toolu_gone', session, client },
            { event: 'attempt.started', at, attempt: 'toolu_gone', agentId: 'agone' },
          ]);
          return { text: 'The report of seen.' };
        },
      },
    });

    const { run } = session;
    expect(run.errors).toBe('');
    expect(outcomes(run.status)).toEqual({ seen: 'completed', gone: 'completed' });
    expect(run.status.tasks.map(({ attempts }) => attempts)).toEqual([1, 2]);
    const lost = run.ledger.filter(
      (event) => event.event === 'agent.ended' && event.attempt === 'toolu_gone',
    );
    expect(lost).toMatchObject([
      {
        outcome: 'lost',
        category: 'lost',
        message: expect.stringContaining('no longer has its agent'),
      },
    ]);
  },
  TIMEOUT_MS,
);

test(
  'every outcome is still recorded correctly after the server was killed during the run',
  async () => {
    await using repo = await makeTempRepo();
    let killed = 0;
    await using model = await startScriptedModel(
      orchestrate({
        plan: makePlan([{ id: 'one' }, { id: 'two', needs: ['one'] }, { id: 'none' }]),
        agents: {
          one: async (request, ref) => {
            if (request.step > 0) return { text: 'The report of one.' };
            for (const pid of serversIn(repo.path)) {
              process.kill(pid, 'SIGKILL');
              killed++;
            }
            return checkpoint(50, 'half')(ref);
          },
          none: () => ({ text: '' }),
        },
      }),
    );
    await runClaude({
      model,
      cwd: repo.path,
      prompt: '/swarm-parallel Test the swarm',
      pluginDir: PROJECT,
      timeoutMs: 150_000,
    });

    const run = readRun(repo.path);
    expect(killed).toBe(1);
    expect(run.errors).toBe('');
    expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed', none: 'failed' });
  },
  TIMEOUT_MS,
);

test('the configured notify command receives the failure of a long task and the end of the run', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const append = "require('fs').appendFileSync('told', require('fs').readFileSync(0))";
  await using session = await playSession({
    plan: makePlan([{ id: 'heavy' }, { id: 'light' }]).replace(
      '{id: heavy,',
      '{id: heavy, tier: long,',
    ),
    prepare: configure({ notify: { command: [process.execPath, '-e', append] } }),
    agents: { heavy: () => ({ text: '' }), light: () => ({ text: 'Done.', delayMs: 1_000 }) },
  });

  const file = join(session.repo.path, 'told');
  const told = () => readFileSync(file, 'utf8').trim().split('\n');
  await waitUntil(() => told().length === 2);
  expect(session.run.errors).toBe('');
  expect(told().map((line) => JSON.parse(line))).toMatchObject([
    { event: 'task.failed', task: 'heavy', message: 'task heavy failed (empty)' },
    { event: 'run.ended', task: null, run: session.run.id },
  ]);
});

test('two sessions of one repository keep their runs apart', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const play = async (name: string) => {
    const told: string[] = [];
    const lead = orchestrate({
      plan: makePlan([{ id: `${name}-a` }, { id: `${name}-b` }]),
      agents: {
        default: async (request, ref) => {
          if (request.step === 0) return { ...checkpoint(50, name)(ref), delayMs: 1_000 };
          return { text: `The report of ${ref.split('/')[1]}.` };
        },
      },
    });
    await using model = await startScriptedModel((request) => {
      if (!request.isAgent) told.push(request.contextText);
      return lead(request);
    });
    await runClaude({
      model,
      cwd: repo.path,
      prompt: '/swarm-parallel Test the swarm',
      pluginDir: PROJECT,
      timeoutMs: 150_000,
    });
    return told.join('\n');
  };
  const [told, other] = await Promise.all([play('left'), play('right')]);

  const ids = readdirSync(join(repo.path, '.swarm', 'runs'));
  expect(ids).toHaveLength(2);
  const runs = ids.map((id) => readRun(repo.path, id));
  const all = Object.assign({}, ...runs.map((run) => outcomes(run.status)));
  expect(all).toEqual({
    'left-a': 'completed',
    'left-b': 'completed',
    'right-a': 'completed',
    'right-b': 'completed',
  });
  const idOf = (task: string) => runs.find((run) => run.state.tasks.has(task))?.id ?? '';
  expect(told).toContain(`swarm ${idOf('left-a')} is completed`);
  expect(told).not.toContain(`swarm ${idOf('right-a')} is completed`);
  expect(other).not.toContain(`swarm ${idOf('left-a')} is completed`);
  for (const run of runs) expect(run.errors).toBe('');
});
