import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findClaude } from '../support/claude-client.ts';
import { blocks } from '../support/documents.ts';
import {
  type InteractiveClient,
  type InteractiveOptions,
  startInteractive,
} from '../support/interactive-client.ts';
import { makeLatch } from '../support/latch.ts';
import {
  checkpoint,
  launchesIn,
  type OrchestratorOptions,
  orchestrate,
  result,
} from '../support/orchestrator.ts';
import {
  type Reply,
  type Script,
  type ScriptedModel,
  startScriptedModel,
} from '../support/scripted-model.ts';
import { runSwarm } from '../support/swarm-process.ts';
import { makePlan, outcomes, PROJECT, playSession, readRun } from '../support/swarm-session.ts';
import { makeTempDir, makeTempRepo, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The live view in a real terminal. */

const TIMEOUT_MS = 300_000;
const WIDE = { columns: 170, rows: 45 };

function openTerminal(
  model: ScriptedModel,
  repo: TempDir,
  more: Partial<InteractiveOptions> = {},
): Promise<InteractiveClient> {
  return startInteractive({ model, cwd: repo.path, pluginDir: PROJECT, ...WIDE, ...more });
}

/** The pane's part of a screen: everything to the right of the dividing line. */
function paneOf(screen: string): string {
  return screen
    .split('\n')
    .map((line) => line.split('│').at(-1)?.trimEnd() ?? '')
    .join('\n');
}

async function command(client: InteractiveClient, text: string): Promise<void> {
  await client.waitFor(/❯/);
  client.type(text);
  // The client suggests the command's name while it is typed; Enter accepts it.
  await client.waitFor(new RegExp(text.split(' ').at(-1) ?? text));
  client.sendKeys('Enter');
}

/** Focuses the pane. */
function focusPane(client: InteractiveClient): void {
  client.sendKeys('C-x', 'Tab');
}

/** A model that also launches the tasks named in a prompt from one of the pane's buttons. */
function withButtons(options: OrchestratorOptions): Script {
  return orchestrate({
    ...options,
    main: (request) => {
      const toolUses = launchesIn(request.lastUserText);
      return toolUses.length > 0 && !request.lastUserText.includes('<task-notification>')
        ? { toolUses }
        : undefined;
    },
  });
}

const done = (ref: string): Reply => ({ text: `Abstract of ${ref}.` });

test(
  'the pane opens by itself, shows progress and a failure, retries a task and shows the end',
  async () => {
    await using repo = await makeTempRepo();
    const half = makeLatch();
    const failing = makeLatch();
    const finish = makeLatch();
    let failures = 0;
    const job = withButtons({
      plan: makePlan([{ id: 'routes' }, { id: 'advisories' }, { id: 'report', needs: ['routes'] }]),
      agents: {
        advisories: async (_, ref) => {
          if (failures > 0) return done(ref);
          await failing.opened;
          return { error: { status: 400, message: 'no such feed' } };
        },
        default: async (request, ref) => {
          if (request.step === 1) await half.opened;
          if (request.step === 2) await finish.opened;
          const steps = [checkpoint(40, 'read 12 of 30 files'), checkpoint(80, 'wrote it down')];
          return [...steps, result('# What was found')][request.step]?.(ref) ?? done(ref);
        },
      },
    });
    await using model = await startScriptedModel(job);
    await using client = await openTerminal(model, repo);

    await command(client, '/swarm-parallel Test the swarm');
    const started = await client.waitFor(/│◐ routes +████░░░░░░ +40% +\d+s of 10m +read 12/);
    expect(paneOf(started)).toContain('Test the swarm');
    expect(paneOf(started)).toMatch(/working: 0 of 3 tasks completed, 1 pending, 2 working, \d+s/);
    expect(paneOf(started)).toMatch(/Wave 1: 0 of 2 completed[\s\S]*Wave 2: 0 of 1 completed/);

    half.open();
    await client.waitFor(/│◐ routes +████████░░ +80% +\d+s of 10m +wrote it down/);

    failing.open();
    const failed = await client.waitFor(/│✖ advisories fatal: .*no such feed/);
    // The toast covers the transcript.
    await client.waitFor(/✖ advisories failed \(fatal\)/);
    expect(paneOf(failed)).toMatch(
      /Failed\n✖ advisories fatal: [\s\S]*no such feed[\s\S]*\n\[ retry \]/,
    );

    failures = 1;
    focusPane(client);
    await client.waitFor(/q: close$/m);
    client.sendKeys('Tab', 'Enter');
    await client.waitFor(/│✔ advisories +██████████ 100%/);

    finish.open();
    const end = await client.waitFor(/│✔ completed: 3 of 3 tasks completed \(unverified\), in \d+/);
    expect(paneOf(end)).not.toContain('cancel run');

    client.sendKeys('s');
    await client.waitFor(/Summary[\s\S]*Abstract of/);
    client.sendKeys('b');
    await client.waitFor(/s: summary/);
    client.sendKeys('q');
    await client.waitFor(/^(?![\s\S]*Wave 1)/);

    const run = readRun(repo.path);
    expect(outcomes(run.status)).toEqual({
      routes: 'completed',
      advisories: 'completed',
      report: 'completed',
    });
    expect(run.status.tasks.find(({ id }) => id === 'advisories')?.attempts).toBe(2);
    expect(run.errors).toBe('');
    expect(client.screen()).not.toMatch(/hook skipped|did not load/);
  },
  TIMEOUT_MS,
);

/** An orchestrator whose agents work until the test releases them. */
function heldJob(ids: readonly string[]) {
  const finish = makeLatch();
  const job = withButtons({
    plan: makePlan(ids.map((id) => ({ id }))),
    agents: {
      default: async (request, ref) => {
        if (request.step === 1) await finish.opened;
        const steps = [checkpoint(40, 'read 12 of 30 files'), checkpoint(90, 'wrote it down')];
        return steps[request.step]?.(ref) ?? done(ref);
      },
    },
  });
  return { job, finish };
}

test('a button cancels a run after one confirmation', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo);
  await command(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/│◐ one .*read 12[\s\S]*│◐ two .*read 12/);

  focusPane(client);
  await client.waitFor(/q: close$/m);
  client.sendKeys('c');
  await client.waitFor(/Cancel the whole run\? +y: yes, cancel +n: no, leave it running/);
  client.sendKeys('n');
  await client.waitFor(/s: summary +c: cancel run/);
  expect(readRun(repo.path).ledger.map(({ event }) => event)).not.toContain('cancel.requested');

  client.sendKeys('c');
  await client.waitFor(/y: yes, cancel/);
  client.sendKeys('y');
  await client.waitFor(/cancelled \d tasks?|stopping at/);
  finish.open();
  await client.waitFor(/│⊘ cancelled: 0 of 2 tasks completed, 2 cancelled/);
});

test('shows a run from a terminal and one of this session, at every width', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  // The client watches for the next run only if the repository already has one.
  await runSwarm(['plan'], { cwd: repo.path, input: makePlan([{ id: 'first' }]) });
  const foreign = readRun(repo.path).id;
  await runSwarm(['cancel', foreign], { cwd: repo.path });
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo);
  await client.waitFor(/❯/);
  expect(client.screen()).not.toContain('Test the swarm');

  await runSwarm(['plan'], { cwd: repo.path, input: makePlan([{ id: 'elsewhere' }]) });
  const opened = await client.waitFor(/│○ elsewhere +░/);
  expect(paneOf(opened)).toContain('Started outside this session.');

  await command(client, '/swarm-parallel Test the swarm');
  const both = await client.waitFor(/│◐ two .*read 12/);
  expect(paneOf(both)).toMatch(/Run 1 of 2 +n: next run/);
  expect(paneOf(both)).not.toContain('outside this session');

  focusPane(client);
  await client.waitFor(/q: close$/m);
  client.sendKeys('n');
  await client.waitFor(/│○ elsewhere +░[\s\S]*/);
  client.sendKeys('n');
  await client.waitFor(/│◐ two .*read 12/);

  client.resize(125, 45);
  await client.waitFor(/│◐ two +40% /);
  client.resize(80, 30);
  await client.waitFor(/│ ◐ one|◐ one +█/);
  client.resize(WIDE.columns, WIDE.rows);
  await client.waitFor(/│◐ two +████░░░░░░ +40%/);
  finish.open();
  await client.waitFor(/│✔ completed: 2 of 2 tasks completed/);
});

test('shows the first run of a repository even if a terminal opened it, and the next one', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using model = await startScriptedModel(() => ({ text: 'Hello.' }));
  await using client = await openTerminal(model, repo);
  await client.waitFor(/❯/);
  // The client starts to watch a moment after its first screen.
  await waitUntil(() => client.debugLog().includes('FileChanged: watching'));
  for (const task of ['first', 'second']) {
    await runSwarm(['plan'], { cwd: repo.path, input: makePlan([{ id: task }]) });
    await client.waitFor(new RegExp(`│○ ${task} +░`));
  }
});

test('a narrow terminal shows a line above the prompt, and the pane on request', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo, { columns: 100, rows: 45 });
  await command(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/^swarm ◐ working: 0 of 2 tasks completed, 2 working.*\[ show \]/m);
  await command(client, '/swarm-status');
  const pane = await client.waitFor(/│ ◐ one .*40%[\s\S]*│ ◐ two .*40%/);
  expect(pane).not.toContain('[ show ]');
  finish.open();
  await client.waitFor(/2 of 2 tasks completed/);
});

/** A HOME with the command for agent rows that docs/pane.md names for clients without modules. */
async function makeHomeWithRows(): Promise<TempDir> {
  const home = await makeTempDir();
  const [setting] = blocks('json setting');
  mkdirSync(join(home.path, '.claude'));
  writeFileSync(join(home.path, '.claude', 'settings.json'), setting?.text ?? '');
  return home;
}

test('the oldest client shows agent rows with a setting, and no error', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using home = await makeHomeWithRows();
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo, {
    claude: findClaude('claude-code-oldest'),
    home: home.path,
  });
  await client.waitFor(/❯/);
  // This client connects to the plugin's server after it has drawn its first screen; earlier tool
  // calls fail with "not connected".
  await waitUntil(() =>
    client.debugLog().includes('"plugin:swarm-parallel:swarm": Successfully connected'),
  );
  await command(client, '/swarm-parallel Test the swarm');
  const rows = await client.waitFor(/◐ one +████░░░░░░ +40% +read 12 of 30 files/);
  expect(rows).not.toMatch(/Wave 1|[Ee]rror/);
  finish.open();
  await client.waitFor(/2 of 2 tasks completed/);
  expect(readRun(repo.path).errors).toBe('');
});

test('the newest client with modules switched off shows agent rows with a setting, and no error', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using home = await makeHomeWithRows();
  // The client caches its feature flags like this.
  writeFileSync(
    join(home.path, '.claude.json'),
    JSON.stringify({
      cachedGrowthBookFeatures: { tengu_plugin_hooks_modules: false },
      cachedGrowthBookFeaturesAt: Date.now(),
    }),
  );
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo, {
    home: home.path,
    env: { CLAUDE_CODE_GB_DISK_CACHE_WHEN_TELEMETRY_OFF: '1' },
  });
  await command(client, '/swarm-parallel Test the swarm');
  const rows = await client.waitFor(/◐ one +████░░░░░░ +40% +read 12 of 30 files/);
  expect(rows).not.toMatch(/Wave 1|[Ee]rror|not loaded/);
  expect(client.debugLog()).toMatch(/hooks module swarm-parallel@inline not loaded/);
  finish.open();
  await client.waitFor(/2 of 2 tasks completed/);
  expect(readRun(repo.path).errors).toBe('');
});

test('the module draws agent rows, and the client finds nothing deprecated', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo, { columns: 100 });
  await command(client, '/swarm-parallel Test the swarm');
  const rows = await client.waitFor(
    /◐ one ████░░░░░░ {2}40% {2}\d+s of 10m {2}read 12 of 30 files/,
  );
  expect(rows + client.debugLog()).not.toContain('deprecated');
  finish.open();
  await client.waitFor(/2 of 2 tasks completed/);
});

test('a drop-in shows agent rows', { tags: ['long'], timeout: TIMEOUT_MS }, async () => {
  await using repo = await makeTempRepo();
  expect(await runSwarm(['install', repo.path], { cwd: PROJECT })).toMatchObject({ code: 0 });
  const { job, finish } = heldJob(['one', 'two']);
  await using model = await startScriptedModel(job);
  await using client = await openTerminal(model, repo, { pluginDir: undefined });
  await command(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/◐ one +████░░░░░░ +40% +read 12 of 30 files/);
  finish.open();
  await client.waitFor(/2 of 2 tasks completed/);
  expect(readRun(repo.path).errors).toBe('');
});

test('a headless session does not start `swarm watch`', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using session = await playSession({
    plan: makePlan([{ id: 'only' }]),
    agents: { default: [{ text: 'done' }] },
    watch: false,
  });
  expect(session.run.status.status).toBe('completed');
  expect(session.client.debugLog).not.toContain('--all');
  expect(session.client.debugLog).not.toMatch(/hook skipped|hooks module .* not loaded/);
});

test('the process that watches runs exits with its client', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const { job } = heldJob(['one']);
  await using model = await startScriptedModel(job);
  const client = await openTerminal(model, repo);
  await command(client, '/swarm-parallel Test the swarm');
  await client.waitFor(/│◐ one .*read 12/);
  expect(watchers(repo.path)).toHaveLength(1);
  await command(client, '/exit');
  await client.waitFor(/Exit and stop tasks/);
  client.sendKeys('Enter');
  await client.waitForExit();
  await client.stop();
  await waitUntil(() => watchers(repo.path).length === 0);
});

/** The `swarm watch --all` processes with this working directory. */
function watchers(cwd: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('--all') && readlinkSync(`/proc/${pid}/cwd`) === cwd;
      } catch {
        return false;
      }
    });
}
