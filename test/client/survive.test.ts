import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ClaudeRun, runClaude, startClaude } from '../support/claude-client.ts';
import { bash, checkpoint, launchesIn, orchestrate, result } from '../support/orchestrator.ts';
import {
  type ModelRequest,
  type Reply,
  type Script,
  startScriptedModel,
} from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, playSession, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Runs in which agents, the API, the orchestrator or the client itself fail. */

const TIMEOUT_MS = 300_000;
const ONE_RETRY = { CLAUDE_CODE_MAX_RETRIES: '1' };

function configure(config: object): (repo: TempDir) => void {
  return (repo) => {
    mkdirSync(join(repo.path, '.claude'), { recursive: true });
    writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), JSON.stringify(config));
  };
}

/** Counts the agents that sent a request for each task. */
function attemptsSeen() {
  const seen = new Map<string, Set<string>>();
  return (request: ModelRequest, ref: string): number => {
    const task = ref.split('/')[1] ?? '';
    const agents = seen.get(task) ?? new Set();
    agents.add(request.agentId ?? '');
    seen.set(task, agents);
    return agents.size;
  };
}

test('times out a slow agent, tells the orchestrator to stop it, and retries the task', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const attempt = attemptsSeen();
  const stopped: unknown[] = [];
  const asStopper = (request: ModelRequest): Reply | undefined => {
    const agent = /Stop these agents with TaskStop: (\w+)/.exec(request.contextText)?.[1];
    if (!agent || stopped.includes(agent)) return undefined;
    stopped.push(agent);
    const launches = launchesIn(request.contextText);
    const search = { name: 'ToolSearch', input: { query: 'select:TaskStop' } };
    return { toolUses: [search, ...launches] };
  };
  let stopping = false;
  await using session = await playSession({
    plan: makePlan([{ id: 'slow' }]),
    prepare: configure({ tiers: { medium: { startToCloseTimeout: '10s' } } }),
    agents: {
      slow: (request, ref) =>
        attempt(request, ref) > 1
          ? { text: 'Quick this time.' }
          : request.step === 0
            ? bash('node -e "setTimeout(() => {}, 40000)"')
            : { text: 'Far too late.' },
    },
    args: ['--allowedTools', 'Bash(node *)'],
    main: (request) => {
      const search = asStopper(request);
      if (search) return search;
      if (stopped.length > 0 && !stopping) {
        stopping = true;
        return { toolUses: [{ name: 'TaskStop', input: { task_id: stopped[0] } }] };
      }
      return undefined;
    },
  });

  const { run } = session;
  expect(run.errors).toBe('');
  expect(run.ledger.map((event) => event.event)).toContain('attempt.timed_out');
  expect(run.status.tasks[0]).toMatchObject({ status: 'completed', attempts: 2 });
  expect(run.read('results/slow.md')).toBe('Quick this time.');
  expect(run.state.tasks.get('slow')?.attempts[0]?.end?.category).toBe('timeout');
});

test('keeps the late report of a timed-out agent next to the report of its successor', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const until = (path: string) =>
    bash(
      `node -e "const { readdirSync } = require('fs'); setInterval(() => readdirSync('.', { recursive: true }).some((path) => path.endsWith('${path}')) && process.exit(), 50)"`,
    );
  const handIn = result('What the first found.');
  const agents: (string | undefined)[] = [];
  let isRelaunched = false;
  await using session = await playSession({
    plan: makePlan([{ id: 'slow' }]),
    prepare: configure({ tiers: { medium: { startToCloseTimeout: '5s' } } }),
    agents: {
      slow: ({ agentId, step }, ref) => {
        if (!agents.includes(agentId)) agents.push(agentId);
        if (agents[0] === agentId) return step === 0 ? until('second-began') : handIn(ref);
        if (step === 0) return bash("node -e \"fs.writeFileSync('second-began', '')\"");
        return step === 1 ? until('slow.late.md') : { text: 'What the second found.' };
      },
    },
    args: ['--allowedTools', 'Bash(node *)'],
    main: ({ contextText }) => {
      if (isRelaunched || !contextText.includes('Stop these agents')) return undefined;
      isRelaunched = true;
      return { toolUses: launchesIn(contextText) };
    },
  });

  const { run } = session;
  expect(run.errors).toBe('');
  expect(run.status.tasks[0]).toMatchObject({ status: 'completed', attempts: 2 });
  expect(run.read('results/slow.md')).toBe('What the second found.');
  expect(run.read('results/slow.late.md')).toBe('What the first found.\n');
  expect(run.summary).toContain('results/slow.late.md');
});

test(
  'blocks the turn of an orchestrator that forgets to launch or to read the summary',
  async () => {
    let forgets = 2;
    await using session = await playSession({
      plan: makePlan([{ id: 'one' }, { id: 'two', needs: ['one'] }]),
      agents: {},
      main: (request) => {
        if (request.step === 0) return undefined;
        const told = request.contextText;
        if (forgets > 0 && /Launch now|swarm summary/.test(told)) {
          forgets--;
          return { text: 'All is well, nothing to do.' };
        }
        const held = `${request.lastUserText}\n${told}`;
        const summary = /`(swarm summary \S+ --max-chars 12000)`/.exec(held);
        if (summary?.[1] && request.toolResults.length === 0) return bash(summary[1]);
        const launches = launchesIn(held);
        return launches.length > 0 && request.toolResults.length === 0
          ? { toolUses: launches }
          : undefined;
      },
    });

    const { run } = session;
    expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed' });
    expect(run.state.isSummaryRead).toBe(true);
    expect(run.ledger.filter((event) => event.event === 'turn.held').length).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);

test('the agent of a cancelled task ends at its next swarm call, and dependent tasks are cancelled', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  let root = '';
  const isCancelled = () => readRun(root).ledger.some(({ event }) => event === 'cancel.requested');
  let isAsked = false;
  await using session = await playSession({
    plan: makePlan([{ id: 'keep' }, { id: 'drop' }, { id: 'after', needs: ['drop'] }]),
    prepare: (repo) => {
      root = repo.path;
    },
    agents: {
      drop: async (request, ref) => {
        if (request.step > 0) await waitUntil(isCancelled);
        return checkpoint(10 + request.step, 'still going')(ref);
      },
      keep: async (request, ref) => {
        if (request.step === 0) return checkpoint(50, 'half')(ref);
        return { text: 'kept' };
      },
    },
    main: (request) => {
      if (isAsked || !request.contextText.includes('1 of 3 tasks completed')) return undefined;
      isAsked = true;
      const run = /swarm (\S+) is/.exec(request.contextText)?.[1];
      return bash(`swarm cancel ${run}/drop`);
    },
  });

  expect(outcomes(session.run.status)).toEqual({
    keep: 'completed',
    drop: 'cancelled',
    after: 'cancelled',
  });
  expect(session.run.status.status).toBe('cancelled');
});

/**
 * Starts a run, and kills the client with SIGKILL.
 * @param isTime polled; when it returns true, the client is killed
 * @returns the session's id
 */
async function crash(
  { repo, home, script }: { repo: TempDir; home: string; script: Script },
  isTime: () => boolean,
): Promise<string> {
  await using model = await startScriptedModel(script);
  const client = await startClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-parallel Test the swarm',
    pluginDir: PROJECT,
    home,
    timeoutMs: 150_000,
  });
  await waitUntil(() => isTime());
  client.kill();
  const { events } = await client.ended;
  return String(events.find((event) => event.session_id)?.session_id);
}

/** Kills the client when one task is completed and one is running. */
function crashWhileRunning(repo: TempDir, home: string): Promise<string> {
  let isRunning = false;
  const script = orchestrate({
    plan: makePlan([{ id: 'done' }, { id: 'begun' }, { id: 'last', needs: ['begun'] }]),
    agents: {
      begun: async (request, ref) => {
        if (request.step === 0) return checkpoint(70, 'nearly there')(ref);
        isRunning = true;
        return new Promise<Reply>(() => {});
      },
      done: async () => {
        await waitUntil(() => isRunning);
        return { text: 'The report of done.' };
      },
    },
  });
  return crash({ repo, home, script }, () => {
    try {
      return outcomes(readRun(repo.path).status).done === 'completed';
    } catch {
      return false;
    }
  });
}

/** Resumes a run with `/swarm-resume`. @param agent what every agent answers */
async function resume(
  { repo, home, session }: { repo: TempDir; home: string; session: string | null },
  agent: (request: ModelRequest, ref: string) => Reply,
): Promise<{ client: ClaudeRun; told: string }> {
  const lead = orchestrate({ plan: '', agents: { default: agent } });
  const told: string[] = [];
  let isResumed = false;
  await using model = await startScriptedModel((request) => {
    if (request.isAgent) return lead(request);
    told.push(request.contextText);
    if (isResumed) return lead({ ...request, step: request.step + 1 });
    isResumed = true;
    return bash('swarm resume');
  });
  const client = await runClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-resume',
    pluginDir: PROJECT,
    home,
    timeoutMs: 150_000,
    args: session === null ? [] : ['--resume', session],
  });
  return { client, told: told.join('\n') };
}

const reportOf = (ref: string): Reply => ({ text: `The report of ${ref.split('/')[1]}.` });

const isAnswer = (event: ClaudeRun['events'][number]) =>
  event.type === 'result' && JSON.stringify(event).includes('FINAL ANSWER');

const STAGES = [
  { stage: 'before the first launch', isLast: ({ step }: ModelRequest) => step === 1, again: 2 },
  {
    stage: 'when all agents had reported',
    isLast: ({ contextText }: ModelRequest) => /is completed: 2 of 2/.test(contextText),
    again: 0,
  },
];

test.for(STAGES.flatMap((one) => [true, false].map((isSame) => ({ ...one, isSame }))))(
  'resumes a run after kill -9 $stage, in the same session: $isSame',
  { tags: ['long'], timeout: TIMEOUT_MS },
  async ({ isLast, again, isSame }) => {
    await using repo = await makeTempRepo();
    await using home = await makeTempDir();
    let isTime = false;
    const script = orchestrate({
      plan: makePlan([{ id: 'one' }, { id: 'two', needs: ['one'] }]),
      agents: { default: (_, ref) => reportOf(ref) },
    });
    const stalling: Script = (request) => {
      if (request.isAgent || !isLast(request)) return script(request);
      isTime = true;
      return new Promise<Reply>(() => {});
    };
    const session = await crash({ repo, home: home.path, script: stalling }, () => isTime);

    const launched: string[] = [];
    const where = { repo, home: home.path, session: isSame ? session : null };
    const { client } = await resume(where, (_, ref) => {
      launched.push(ref);
      return reportOf(ref);
    });

    const run = readRun(repo.path);
    expect(client.exitCode).toBe(0);
    expect(run.errors).toBe('');
    expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed' });
    expect(run.status.tasks.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(launched).toHaveLength(again);
    expect(run.state.isSummaryRead).toBe(true);
    // The end of the watch does not start another turn.
    expect(client.resultText).toContain('FINAL ANSWER');
    expect(client.events.filter(isAnswer)).toHaveLength(1);
  },
);

/**
 * @param isSame whether the session of the crashed client is resumed, not a new one started
 * @param maxTranscriptTokens the largest context with which an agent is resumed
 */
async function resumeAfterCrash(isSame: boolean, maxTranscriptTokens = 100_000): Promise<void> {
  await using repo = await makeTempRepo();
  const isResumed = isSame && maxTranscriptTokens > 1;
  mkdirSync(join(repo.path, '.claude'));
  const config = JSON.stringify({ resume: { maxTranscriptTokens } });
  writeFileSync(join(repo.path, '.claude', 'swarm-parallel.json'), config);
  await using home = await makeTempDir();
  const session = await crashWhileRunning(repo, home.path);
  const launched: string[] = [];
  const briefs: string[] = [];
  const interrupted = readRun(repo.path).state.tasks.get('begun')?.attempts[0]?.agentId ?? '';
  const agents = new Set<string | undefined>();
  const place = { repo, home: home.path, session: isSame ? session : null };
  const { client, told } = await resume(place, (request, ref) => {
    // A resumed agent may send more than one request.
    if (!agents.has(request.agentId)) launched.push(ref.split('/')[1] ?? '');
    agents.add(request.agentId);
    briefs.push(request.firstUserText);
    return reportOf(ref);
  });

  const run = readRun(repo.path);
  expect(client.exitCode).toBe(0);
  expect(run.errors).toBe('');
  expect(outcomes(run.status)).toEqual({
    done: 'completed',
    begun: 'completed',
    last: 'completed',
  });
  expect(launched).toEqual(['begun', 'last']);
  expect(run.read('results/done.md')).toBe('The report of done.');
  // The agent resumes with its whole context, or a new one starts from the checkpoint.
  expect([agents.has(interrupted), run.status.tasks[1]?.attempts]).toEqual([
    isResumed,
    isResumed ? 1 : 2,
  ]);
  if (isSame) expect(told).toContain('completed: done, report');
  if (!isResumed) expect(briefs.join('\n')).toContain('It reached 70%: nearly there');
  expect(run.ledger.some(({ event }) => event === 'agent.resumed')).toBe(isResumed);
  const decisions = run.ledger.filter(({ event }) => event === 'resume.decided');
  expect(decisions).toMatchObject(
    isSame ? [{ continuesWith: isResumed ? 'same-agent' : 'new-agent' }] : [],
  );
}

test(
  'resumes a run after kill -9 in a new session, without repeating completed tasks',
  {
    timeout: TIMEOUT_MS,
  },
  () => resumeAfterCrash(false),
);

test(
  'resumes a run after kill -9 in the same session, without repeating completed tasks',
  {
    tags: ['long'],
    timeout: TIMEOUT_MS,
  },
  () => resumeAfterCrash(true),
);

test(
  'launches a new agent in the same session if the context of the old one is too large',
  {
    tags: ['long'],
    timeout: TIMEOUT_MS,
  },
  () => resumeAfterCrash(true, 1),
);

test('a crash leaves no process of the run behind', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using home = await makeTempDir();
  await crashWhileRunning(repo, home.path);

  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(processes).not.toContain(readRun(repo.path).id);
});

/** Loads TaskStop, then stops each given agent, and each that it is told to stop, once. */
function stopper(wanted: () => (string | null | undefined)[]) {
  const known = new Set<string>();
  const stopped = new Set<string>();
  return (request: ModelRequest): Reply | undefined => {
    const [, told] = /Stop these agents with TaskStop: ([\w, ]+)/.exec(request.contextText) ?? [];
    for (const id of [...(told?.split(', ') ?? []), ...wanted()]) if (id) known.add(id);
    const ids = [...known].filter((id) => !stopped.has(id));
    if (ids.length === 0) return undefined;
    const launches = launchesIn(request.contextText);
    if (!request.toolNames.includes('TaskStop')) {
      const search = { name: 'ToolSearch', input: { query: 'select:TaskStop' } };
      return { toolUses: [search, ...launches] };
    }
    for (const id of ids) stopped.add(id);
    const stops = ids.map((id) => ({ name: 'TaskStop', input: { task_id: id } }));
    return { toolUses: [...stops, ...launches] };
  };
}

test(
  'records the outcome of each of nine agents that fail in different ways',
  async () => {
    const attempt = attemptsSeen();
    const fails = (first: Reply, then: Reply) => (request: ModelRequest, ref: string) =>
      attempt(request, ref) > 1 ? then : first;
    const error = (status: number): Reply => ({ error: { status, message: 'injected' } });
    const once = { retry: { maximumAttempts: 1 } };
    let cwd = '';
    let isAtWork = false;
    await using session = await playSession({
      plan: makePlan(
        ['limited', 'down', 'broken', 'wrong', 'unknown', 'empty', 'loops', 'hangs', 'stopped'].map(
          (id) => ({ id }),
        ),
      ).replaceAll(/\{id: (loops|hangs),/g, '{id: $1, tier: quick,'),
      prepare: (repo) => {
        cwd = repo.path;
        configure({ tiers: { quick: { startToCloseTimeout: '5s', ...once } } })(repo);
      },
      agents: {
        limited: fails(error(429), { text: 'fine now' }),
        down: fails(error(529), error(500)),
        broken: fails({ reset: true }, { text: 'half a '.repeat(30), cut: true }),
        wrong: () => error(400),
        unknown: () => error(401),
        empty: () => ({ text: '' }),
        loops: () => ({
          toolUses: [{ name: 'Read', input: { file_path: join(PROJECT, 'LICENSE') } }],
          delayMs: 300,
        }),
        hangs: () => bash('node -e "setTimeout(() => {}, 60000)"'),
        stopped: (request, ref) => {
          if (request.step === 0) return checkpoint(50, 'half')(ref);
          isAtWork = true;
          return new Promise<Reply>(() => {});
        },
      },
      main: stopper(() =>
        isAtWork ? [readRun(cwd).state.tasks.get('stopped')?.attempts[0]?.agentId] : [],
      ),
      args: ['--allowedTools', 'Bash(node *)'],
      env: { ...ONE_RETRY, CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS: '7' },
      timeoutMs: 150_000,
    });

    const { run } = session;
    expect(run.errors).toBe('');
    const ends = run.status.tasks.map(({ id, status, error: failure, attempts }) => [
      id,
      status,
      failure?.category ?? null,
      attempts,
    ]);
    expect(ends).toEqual([
      ['limited', 'completed', null, 2],
      ['down', 'failed', 'transient', 2],
      ['broken', 'failed', 'transient', 2],
      ['wrong', 'failed', 'fatal', 1],
      ['unknown', 'failed', 'fatal', 1],
      ['empty', 'failed', 'empty', 2],
      ['loops', 'failed', 'timeout', 1],
      ['hangs', 'failed', 'timeout', 1],
      ['stopped', 'cancelled', null, 1],
    ]);
    expect(run.ledger.map(({ event }) => event)).toContain('attempt.refused');
    expect(session.client.stdout).toContain('FINAL ANSWER');
  },
  TIMEOUT_MS,
);
