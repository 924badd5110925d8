import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runClaude } from '../support/claude-client.ts';
import { type InteractiveClient, startInteractive } from '../support/interactive-client.ts';
import { type AgentScript, bash, orchestrate, result } from '../support/orchestrator.ts';
import { type Script, startScriptedModel } from '../support/scripted-model.ts';
import { runSwarm } from '../support/swarm-process.ts';
import { makePlan, outcomes, PROJECT, playSession, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo, type TempDir } from '../support/temp-dir.ts';

/** Irreversible commands of agents, and edits of files that another task claims. */

const TIMEOUT_MS = 300_000;

/** The gated command; it leaves a trace in the repository each time it runs. */
const COMMAND = 'echo ran >> runs.txt; git push --force origin main || true';

function timesRun(repo: TempDir): number {
  const file = join(repo.path, 'runs.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

/** The names of the gate events in the ledger, without the prefix `gate.`. */
function gateEvents(repo: TempDir): string[] {
  return readRun(repo.path).ledger.flatMap(({ event }) => /^gate\.(.*)/.exec(event)?.[1] ?? []);
}

/** An agent that tries the command this many times, then reports the tool results. */
function wants(times: number): AgentScript {
  return (request, ref) => {
    if (request.step < times) return bash(COMMAND);
    return request.step === times
      ? result(`I was told: ${request.toolResults.map(({ text }) => text).join()}`)(ref)
      : { text: 'The abstract.' };
  };
}

test(
  'headless: a command is denied, approved, run once, gated again, and finally denied',
  async () => {
    await using session = await playSession({
      plan: makePlan([{ id: 'release' }, { id: 'after', needs: ['release'] }]),
      agents: { release: wants(1) },
    });
    const { repo } = session;
    const swarm = (...args: string[]) => runSwarm(args, { cwd: repo.path });
    const name = `${session.run.id}/release`;

    expect(session.run.errors).toBe('');
    expect(session.run.status.status).toBe('input_required');
    expect(outcomes(session.run.status)).toEqual({ release: 'input_required', after: 'pending' });
    expect(session.run.read('results/release.md')).toMatch(/cannot be undone \(force-push/);
    expect(session.run.summary.split('\n').slice(0, 16).join('\n')).toContain(COMMAND);
    expect(session.run.summary).toContain(`swarm approve ${name}`);
    expect(session.run.ledger.filter(({ event }) => event === 'turn.held')).toEqual([]);
    const toOrchestrator = session.requests
      .filter((request) => !request.isAgent)
      .map((request) => request.contextText)
      .join('\n');
    expect(toOrchestrator).toContain(`\`swarm approve ${name}\` or \`swarm deny ${name}\``);
    expect(toOrchestrator).not.toContain('runs.txt');
    expect(timesRun(repo)).toBe(0);

    const watched = await swarm('watch', session.run.id);
    expect([watched.code, watched.stderr]).toEqual([4, expect.stringContaining(COMMAND)]);
    expect((await swarm('status')).stdout).toContain(`swarm deny ${name}`);
    expect((await swarm('retry', name)).code).toBe(4);

    expect((await swarm('approve', name)).stdout).toContain(COMMAND);
    expect(await resume(repo, { release: wants(2) })).toContain(COMMAND);
    expect(timesRun(repo)).toBe(1);
    expect(gateEvents(repo)).toEqual(['asked', 'approved', 'used', 'asked']);
    expect(readRun(repo.path).status.status).toBe('input_required');

    expect((await swarm('deny', name)).code).toBe(0);
    const { status, summary } = readRun(repo.path);
    expect(outcomes(status)).toEqual({ release: 'failed', after: 'cancelled' });
    expect(status.tasks[0]?.error?.category).toBe('denied');
    expect(summary).toMatch(/\*\*release\*\* approved.*\n.*\*\*release\*\* denied with swarm/);
    expect((await swarm('approve', name)).code).toBe(2);
    expect((await swarm('watch', session.run.id)).code).toBe(1);
  },
  TIMEOUT_MS,
);

/** Resumes the newest run in a new headless session. @returns the brief of its first agent */
async function resume(repo: TempDir, agents: Record<string, AgentScript>): Promise<string> {
  const lead = orchestrate({ plan: '', agents });
  let brief = '';
  await using model = await startScriptedModel((request) => {
    if (request.isAgent) {
      brief ||= request.firstUserText;
      return lead(request);
    }
    return request.step === 0 ? bash('swarm resume') : lead({ ...request, step: request.step + 1 });
  });
  await runClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-resume',
    pluginDir: PROJECT,
    timeoutMs: 150_000,
  });
  return brief;
}

test(
  'only a person decides a gate: not the orchestrator of an unattended session, not an agent',
  async () => {
    const told: string[] = [];
    let isTried = false;
    await using session = await playSession({
      plan: makePlan([{ id: 'release' }]),
      agents: {
        release: (request, ref) => {
          told.push(...request.toolResults.map(({ text }) => text));
          const search = { name: 'ToolSearch', input: { query: 'select:Monitor' } };
          const watch = { command: COMMAND, description: 'Push it', timeout_ms: 5_000 };
          const steps = [
            bash(COMMAND),
            bash(`swarm approve ${ref}`),
            bash(COMMAND),
            { toolUses: [search] },
            { toolUses: [{ name: 'Monitor', input: watch }] },
          ];
          return steps[request.step] ?? { text: 'I need the push.' };
        },
      },
      main: (request) => {
        const name = /`swarm approve (\S+)`/.exec(request.contextText)?.[1];
        if (!name || isTried) return undefined;
        isTried = true;
        return bash(`env A=1 swarm approve ${name}`);
      },
      args: ['--allowedTools', 'Bash', 'Monitor'],
    });

    expect(told[1]).toMatch(/Only a person decides/);
    expect(told[2]).toMatch(/has yet to decide/);
    expect(told.at(-1)).toMatch(/has yet to decide/);
    const toMain = session.requests.filter((request) => !request.isAgent);
    expect(toMain.flatMap(({ toolResults }) => toolResults.map(({ text }) => text)).join()).toMatch(
      /is for a person/,
    );
    expect(gateEvents(session.repo)).toEqual(['asked']);
    expect(timesRun(session.repo)).toBe(0);
  },
  TIMEOUT_MS,
);

test('gates an irreversible command of an agent that an agent of the run has launched', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const inner: string[] = [];
  const lead = orchestrate({
    plan: makePlan([{ id: 'release' }]),
    agents: {
      release: [
        {
          toolUses: [
            {
              name: 'Agent',
              input: {
                description: 'Push it',
                prompt: 'Push it',
                subagent_type: 'general-purpose',
              },
            },
          ],
        },
        { text: 'It was not pushed.' },
      ],
    },
  });
  await using repo = await makeTempRepo();
  await using model = await startScriptedModel((request) => {
    if (!request.isAgent || !request.firstUserText.startsWith('Push it')) return lead(request);
    inner.push(...request.toolResults.map(({ text }) => text));
    return request.step === 0 ? bash(COMMAND) : { text: 'I may not.' };
  });
  await runClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-parallel Test the swarm',
    pluginDir: PROJECT,
    args: ['--allowedTools', 'Bash', 'Agent'],
    timeoutMs: 150_000,
  });

  expect(inner.join()).toMatch(/cannot be undone/);
  expect(timesRun(repo)).toBe(0);
  expect(outcomes(readRun(repo.path).status)).toEqual({ release: 'input_required' });
});

/** Plays a run in a terminal until the permission prompt, and passes the screen with it on. */
async function askInTerminal(
  use: (screen: string, client: InteractiveClient, repo: TempDir) => Promise<void>,
  watch = (_: InteractiveClient) => {},
): Promise<void> {
  await using repo = await makeTempRepo();
  const script: Script = orchestrate({
    plan: makePlan([{ id: 'release' }]),
    agents: { release: wants(1) },
  });
  await using model = await startScriptedModel(script);
  await using client = await startInteractive({ model, cwd: repo.path, pluginDir: PROJECT });
  await client.waitFor(/❯/);
  watch(client);
  client.type('/swarm-parallel Test the swarm');
  await client.waitFor(/swarm-parallel Test the swarm/);
  client.sendKeys('Enter');
  const screen = await client.waitFor(/Do you want to proceed/);
  await use(screen, client, repo);
}

test('in a terminal, the prompt shows task and reason, and an approved command runs', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using scratch = await makeTempDir();
  const bytes = join(scratch.path, 'bytes');
  await askInTerminal(
    async (screen, client, repo) => {
      expect(screen).toContain('swarm task "release" (Work on part release): force-push.');
      expect(screen).toContain(COMMAND);
      const notice = '\u001b]9;swarm: task release is waiting for approval (force-push)\u0007';
      expect(readFileSync(bytes, 'utf8').split(notice)).toHaveLength(2);
      const waiting = readRun(repo.path);
      expect(waiting.status.status).toBe('input_required');
      expect(waiting.status.tasks[0]?.deadlineAt).toBeNull();
      const status = await runSwarm(['status'], { cwd: repo.path });
      expect(status.stdout).toContain('Answer in the Claude Code session');
      const approve = await runSwarm(['approve', `${waiting.id}/release`], { cwd: repo.path });
      expect([approve.code, timesRun(repo)]).toEqual([4, 0]);

      client.sendKeys('Enter');
      await client.waitFor(/1 of 1 task completed/);

      expect(timesRun(repo)).toBe(1);
      expect(gateEvents(repo)).toEqual(['asked', 'approved']);
      expect(readRun(repo.path).errors).toBe('');
    },
    (client) => client.record(bytes),
  );
});

test(
  'in a terminal, a denied command does not run, and the agent continues',
  { tags: ['long'], timeout: TIMEOUT_MS },
  () =>
    askInTerminal(async (_, client, repo) => {
      client.sendKeys('Escape');
      await client.waitFor(/1 of 1 task completed/);

      expect(timesRun(repo)).toBe(0);
      expect(gateEvents(repo)).toEqual(['asked', 'denied']);
      expect(readRun(repo.path).read('results/release.md')).toMatch(/denied/);
      expect(readRun(repo.path).summary).toMatch(/\*\*release\*\* denied in the session/);
    }),
);

const PLAN_WITH_FILES = `---
goal: Change files
tasks:
  - {id: cart, title: Change the cart, writes: ["src/cart/**"]}
  - {id: login, title: Change the login, writes: ["src/login/**"]}
---
## cart
Do it.
## login
Do it.`;

test('denies edits of files that a running task claims; records edits outside of `writes`', {
  tags: ['long'],
}, async () => {
  let root = '';
  let release = () => {};
  const isTried = new Promise<void>((resolve) => {
    release = resolve;
  });
  const paths = ['src/cart/total.ts', 'src/login/form.ts', 'notes.md', 'notes.md'];
  const told: string[] = [];
  await using session = await playSession({
    plan: PLAN_WITH_FILES,
    prepare: (repo) => {
      root = repo.path;
    },
    agents: {
      cart: async () => {
        await isTried;
        return { text: 'The cart is as it was.' };
      },
      login: (request) => {
        told.push(...request.toolResults.map(({ text }) => text));
        const path = paths[request.step];
        if (request.step === paths.length) {
          const command = 'cat notes.md > src/cart/total.ts';
          return { toolUses: [{ name: 'Bash', input: { command, description: 'Write' } }] };
        }
        if (path === undefined) {
          release();
          return { text: 'The login is done.' };
        }
        const input = { file_path: join(root, path), content: `${request.step}` };
        return { toolUses: [{ name: 'Write', input }] };
      },
    },
    args: ['--permission-mode', 'acceptEdits'],
  });

  const { run, repo } = session;
  expect(run.errors).toBe('');
  for (const index of [0, paths.length])
    expect(told[index]).toMatch(
      /Task "cart", which is running, claims `src\/cart\/total\.ts` \(`src\/cart\/\*\*`\)/,
    );
  const written = paths.map((path) => existsSync(join(repo.path, path)));
  expect(written).toEqual([false, true, true, true]);
  expect(run.summary).toContain('**login** changed notes.md\n');
  expect(run.summary).toMatch(
    /\*\*login\*\* was not allowed to change src\/cart\/total.ts, which cart claims/,
  );
  expect(run.ledger.filter(({ event }) => event === 'file.outside')).toHaveLength(2);
});
