import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalIfAlive } from '../../src/platform/process/kill-process-tree.ts';
import { type ProcessRow, readProcessTable } from '../../src/platform/process/process-table.ts';
import { clientEnvironment, findClaude } from './claude-client.ts';
import { registerCleanUp } from './clean-up.ts';
import { writeFake } from './fake-client.ts';
import { type AgentScript, type OrchestratorOptions, orchestrate } from './orchestrator.ts';
import { type ModelRequest, startScriptedModel } from './scripted-model.ts';
import { type ProcessResult, startSwarm } from './swarm-process.ts';
import { type FinishedRun, readRun } from './swarm-session.ts';
import { makeTempDir, makeTempRepo, type TempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

interface RunningSwarm {
  readonly process: ChildProcess;
  readonly ended: Promise<ProcessResult>;
}

/**
 * A repository for `swarm run` with its own scripted model and HOME. Processes that are still running
 * when it is disposed are an error.
 */
export interface RunStage extends AsyncDisposable {
  readonly repo: TempDir;
  readonly requests: readonly ModelRequest[];
  /** The environment of `swarm` and its workers. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts `bin/swarm`. */
  start(...args: string[]): RunningSwarm;
  /** Runs `bin/swarm` to its end. */
  swarm(...args: string[]): Promise<ProcessResult>;
  readRun(): FinishedRun;
  /** Writes a file of the repository. */
  write(path: string, content: string): void;
  /** Removes the sessions that the client has stored. */
  forgetSessions(): void;
  /** The command lines of the stage's running processes, which are found by their HOME. */
  leftovers(): string[];
}

export interface StageOptions {
  plan: string;
  /** The script of each worker, by task. */
  agents?: Readonly<Record<string, AgentScript>>;
  /** The replies of agents that workers launch. */
  child?: OrchestratorOptions['child'];
  /** Contents of `.claude/swarm-parallel.json`. */
  config?: object;
  env?: Readonly<Record<string, string | undefined>>;
  /** The source of a program that replaces the client. */
  fakeClient?: string;
}

export async function makeStage(options: StageOptions): Promise<RunStage> {
  const repo = await makeTempRepo();
  const home = await makeTempDir('swarm-home-');
  const play = orchestrate({ plan: '', agents: options.agents ?? {}, child: options.child });
  const model = await startScriptedModel((request) => play({ ...request, isAgent: true }));
  writeFileSync(join(repo.path, 'plan.md'), options.plan);
  if (options.config) {
    mkdirSync(join(repo.path, '.claude'));
    const file = join(repo.path, '.claude', 'swarm-parallel.json');
    writeFileSync(file, JSON.stringify(options.config));
  }
  const client = options.fakeClient ? writeFake(home.path, options.fakeClient) : findClaude();
  const env = clientEnvironment(model.url, home.path, {
    SWARM_CLAUDE_BIN: client,
    NO_COLOR: '1',
    ...options.env,
  });
  const forget = registerCleanUp(() => killProcesses(home));
  const start = (...args: string[]): RunningSwarm => {
    const { process, result } = startSwarm(args, { cwd: repo.path, env });
    return { process, ended: result };
  };
  return {
    repo,
    requests: model.requests,
    env,
    start,
    swarm: (...args) => start(...args).ended,
    readRun: () => readRun(repo.path),
    write: (path, content) => writeFileSync(join(repo.path, path), content),
    forgetSessions: () => rmSync(join(home.path, '.claude'), { recursive: true }),
    leftovers: () => processesWith(`HOME=${home.path}`).map(({ pid }) => `process ${pid}`),
    [Symbol.asyncDispose]: async () => {
      forget();
      const left = await endLeftovers(home);
      for (const dir of [repo, home]) await dir.remove();
      await model.close();
      if (left.length > 0) throw new Error(`left running: ${left.join(', ')}`);
    },
  };
}

/** How long processes may take to exit by themselves; milliseconds. */
const END_MS = 30_000;

/** Waits for the processes with this HOME, and kills the rest. @returns the killed ones */
export async function endLeftovers(home: TempDir): Promise<string[]> {
  const find = () => processesWith(`HOME=${home.path}`);
  for (let waited = 0; waited < END_MS && find().length > 0; waited += 50) await sleep(50);
  return killProcesses(home);
}

/**
 * Kills the processes with this HOME until none are left: one may start another meanwhile. A process
 * that is just being started has no environment yet, so none must be left several times in a row.
 */
export async function killProcesses(home: TempDir): Promise<string[]> {
  const killed = new Set<number>();
  for (let quiet = 0; quiet < 3; quiet++) {
    const left = processesWith(`HOME=${home.path}`);
    if (left.length > 0) quiet = 0;
    for (const { pid } of left) {
      killed.add(pid);
      signalIfAlive(pid, 'SIGKILL');
    }
    await sleep(20);
  }
  return [...killed].map((pid) => `process ${pid}`);
}

function processesWith(mark: string): ProcessRow[] {
  return readProcessTable().filter(({ environment }) => environment?.split('\0').includes(mark));
}

/** The reapers of a run. */
export function reapersOf(run: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`guard ${run}`))
    .map((line) => Number.parseInt(line, 10));
}

/** A signal this soon after another one counts as the same request to stop; milliseconds. */
const ECHO_MS = 150;

/** Waits until a further signal counts as a second request to stop. */
export async function outlastEcho(): Promise<void> {
  const taken = performance.now();
  await waitUntil(() => performance.now() - taken > ECHO_MS, { what: 'the end of an echo' });
}
