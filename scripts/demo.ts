import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findClaude, type RunningClaude, startClaude } from '../test/support/claude-client.ts';
import { orchestrate } from '../test/support/orchestrator.ts';
import { type ScriptedModel, startScriptedModel } from '../test/support/scripted-model.ts';
import { writeProject } from './demo/project.ts';
import { agentScripts, GOAL, PLAN } from './demo/story.ts';

/**
 * Runs the demo: the real client and this plugin, with a model on loopback that is scripted in
 * `demo/story.ts`. It needs no key and no network, and takes about 20 seconds.
 */

const plugin = join(import.meta.dirname, '..');
const swarm = join(plugin, 'bin', 'swarm');
const CLIENT_TIMEOUT_MS = 120_000;

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

/** Child processes, which must end with this process. */
const running: { client?: RunningClaude; watch?: Watch } = {};

interface Watch {
  process: ChildProcess;
  /** Resolves with the exit code and its output on stderr. */
  ended: Promise<{ exitCode: number | null; told: string }>;
}

const GRACE_MS = 2_000;

/** The watch gets time to exit by itself, because it must show the terminal's cursor again. */
async function endChildren(): Promise<void> {
  const { client, watch } = running;
  client?.kill();
  watch?.process.kill('SIGTERM');
  const ended = Promise.allSettled([client?.ended, watch?.ended]);
  await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
  watch?.process.kill('SIGKILL');
}

function endOnSignals(directory: string): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, async () => {
      await endChildren();
      say(`\nInterrupted; nothing is left running. Remove the files with:`);
      say(`  rm -rf ${directory}`);
      process.exit(code);
    });
  }
}

/** @throws when the client is not installed */
function clientVersion(): string {
  try {
    return execFileSync(findClaude(), ['--version'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(
      `the demo runs the real Claude Code client, and its binary was not found.\n` +
        `Run \`npx pnpm@12 install\` in ${plugin}, or name a binary in the variable SWARM_TEST_CLAUDE.\n` +
        `(${(cause as Error).message})`,
      { cause },
    );
  }
}

const RUN_OPENED = /^run (\S+)$/m;

/** Starts the model. `opened` resolves with the run's id as soon as the orchestrator knows it. */
async function startModel(project: string): Promise<{
  model: ScriptedModel;
  opened: Promise<string>;
}> {
  let open = (_run: string) => {};
  const opened = new Promise<string>((resolve) => {
    open = resolve;
  });
  const model = await startScriptedModel(
    orchestrate({
      plan: PLAN,
      agents: agentScripts(project),
      main: ({ toolResults }) => {
        const [, run] = toolResults.flatMap(({ text }) => RUN_OPENED.exec(text) ?? []);
        if (run) open(run);
        return undefined;
      },
    }),
  );
  return { model, opened };
}

/** Shows the run until it ends: live on a terminal, otherwise one line per change. */
function watchRun(project: string, run: string): Watch {
  const watch = spawn(process.execPath, [swarm, 'watch', run], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let told = '';
  watch.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const ended = new Promise<{ exitCode: number | null; told: string }>((resolve, reject) => {
    watch.once('error', reject);
    watch.once('close', (exitCode) => resolve({ exitCode, told }));
  });
  return { process: watch, ended };
}

async function playDemo(): Promise<number> {
  const version = clientVersion();
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-demo-')));
  const project = join(directory, 'shortlink');
  endOnSignals(directory);
  mkdirSync(project);
  writeProject(project);

  say(`Real: the client (${version}), this plugin, and every command and edit of the agents.`);
  say('Scripted: the words of the model, played from this machine. No key, no network, no tokens.');
  say();
  say(`1. A small project with two faults: ${project}`);
  say(`2. claude -p "/swarm-parallel ${GOAL}"`);
  say('   Seven tasks in three waves, about 20 seconds. Two agents meet injected API errors:');
  say('   "licences" an overload, which is retried, and "advisories" one that is not. The work of');
  say('   "tokens" is proved by a check, `node --test`, which swarm runs after the report.');
  say();

  const { model, opened } = await startModel(project);
  const client = await startClaude({
    model,
    cwd: project,
    prompt: `/swarm-parallel ${GOAL}`,
    pluginDir: plugin,
    args: ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(node --test)'],
    timeoutMs: CLIENT_TIMEOUT_MS,
  });
  running.client = client;
  try {
    const run = await Promise.race([opened, client.ended.then(() => null)]);
    if (run) running.watch = watchRun(project, run);
    const watchEnd = await running.watch?.ended;
    const { exitCode, timedOut, stderr } = await client.ended;
    if (!run || watchEnd?.exitCode !== 0 || exitCode !== 0) {
      say(`\nThe demo did not run as scripted. Its files are in ${directory}`);
      say(`claude: exit code ${exitCode}${timedOut ? ', after a timeout' : ''} ${stderr}`);
      say(`swarm watch: exit code ${watchEnd?.exitCode} ${watchEnd?.told ?? '(not started)'}`);
      return 1;
    }
    showOutcome(directory, project, run);
    return 0;
  } finally {
    await endChildren();
    await model.close();
  }
}

function showOutcome(directory: string, project: string, run: string): void {
  const runDirectory = join(project, '.swarm', 'runs', run);
  const summary = join(runDirectory, 'SUMMARY.md');
  say();
  say('3. The run has ended. Its SUMMARY.md:');
  say();
  say(readFileSync(summary, 'utf8').replace(/^(?=.)/gm, '   '));
  say(`Summary:  ${summary}`);
  say(`Reports:  ${join(runDirectory, 'results')}`);
  say(`Again:    (cd ${project} && ${swarm} status)`);
  say(`Remove:   rm -rf ${directory}`);
}

try {
  process.exitCode = await playDemo();
} catch (error) {
  process.stderr.write(`swarm-parallel demo: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
