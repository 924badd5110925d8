import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_WORKER_OPTIONS } from '../../src/claude/command-line.ts';
import { openTriggering } from '../../src/hub/config/live-triggering.ts';
import type { FiringContext, RunExit } from '../../src/hub/firings/firing-context.ts';
import { type EngineOptions, FiringEngine } from '../../src/hub/firings/firing-engine.ts';
import { openHistory } from '../../src/hub/store/history.ts';
import type { Firing } from '../../src/hub/store/history-state.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { hubPaths } from '../../src/store/hub-paths.ts';
import { runPaths } from '../../src/store/run-paths.ts';
import { makeHost } from './host.ts';
import { ended, launched, started } from './run-events.ts';
import { append } from './stored-run.ts';
import { makeTempDir, type TempDir } from './temp-dir.ts';

const PLAN = `---
goal: Review the code
tasks:
  - {id: review, title: Review the newest changes, agent: swarm-reviewer}
---

## review
Look at the newest changes.
`;

/** A run that a hub has asked for, without a process. */
interface Supervised {
  run: string;
  args: readonly string[];
  exit(exit: RunExit): void;
}

/** A repository with a hub whose clock is set by hand and that starts no process. */
export interface TestHub extends AsyncDisposable {
  dir: TempDir;
  root: string;
  context: FiringContext;
  supervised: Supervised[];
  /** The time at which the engine wants to be called again; milliseconds. */
  nextAt(): number | null;
  errors: unknown[];
  setTime(iso: string): void;
  configure(config: object): void;
  writePlan(path: string, text: string): void;
  evaluate(): Promise<void>;
  /** Ends the process with its hub, and starts another one in the same place. */
  restart(): void;
  /** Ends all processes, as a restart of the machine does. */
  reboot(): void;
  firings(): Firing[];
  complete(run: string, task?: string): void;
}

const FIRST_SUPERVISOR = 1_000;

/** A supervisor of a test takes a run. */
function acquired(pid: number, at: string, replaces: string | null): LedgerEvent {
  return {
    event: 'supervisor.started',
    at,
    supervisor: `supervisor-${pid}`,
    process: { pid, startedAt: null },
    replaces,
    maxParallel: 1,
    options: DEFAULT_WORKER_OPTIONS,
  };
}

export async function makeTestHub(time: string, config: object = {}): Promise<TestHub> {
  const dir = await makeTempDir('swarm-hub-');
  return openTestHub(dir, time, config);
}

function openTestHub(dir: TempDir, time: string, config: object): TestHub {
  const root = dir.path;
  let now = time;
  let process = 0;
  const alive = new Set<number>();
  const paths = hubPaths(join(root, 'state'), root);
  const host = makeHost(root, {
    caller: { kind: 'hub', by: 'test' },
    now: () => new Date(now).toISOString(),
    // Supervisors are other processes; only the hubs of this test can die.
    isAlive: ({ pid }) => alive.has(pid),
  });
  const triggering = openTriggering(root);
  const hub: TestHub = {
    dir,
    root,
    supervised: [],
    errors: [],
    context: {} as FiringContext,
    nextAt: () => nextAt,
    setTime(iso) {
      now = iso;
    },
    configure(value) {
      hub.writePlan('.claude/swarm-parallel.json', JSON.stringify(value));
      triggering.reload();
    },
    writePlan(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    evaluate: () => engine.evaluate(),
    restart() {
      alive.delete(process);
      void engine?.close();
      start();
    },
    reboot() {
      alive.clear();
      hub.restart();
    },
    firings: () => [...hub.context.history.state.firings.values()],
    complete(run, task = 'review') {
      append(runPaths(root, run), launched(task), started(task), ended(task));
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await dir.remove();
    },
  };
  let nextAt: number | null = null;
  let engine: FiringEngine;
  const options: EngineOptions = {
    scope: 'all',
    onPass(at) {
      nextAt = at;
    },
    onError: (error) => hub.errors.push(error),
  };
  const start = () => {
    alive.add(++process);
    hub.context = {
      host,
      env: {},
      history: openHistory(paths.history),
      deliveries: paths.deliveries,
      owner: { id: `hub-${process}`, process: { pid: process, startedAt: null } },
      triggering: triggering.current,
      findClient: async () => '/client',
      supervise(run, args, onExit) {
        const pid = FIRST_SUPERVISOR + hub.supervised.length;
        alive.add(pid);
        append(run.paths, acquired(pid, host.now(), run.state.supervision.current?.id ?? null));
        const exit = (how: RunExit) => {
          alive.delete(pid);
          onExit(how);
        };
        hub.supervised.push({ run: run.paths.run, args, exit });
      },
    };
    engine = new FiringEngine(hub.context, options);
  };
  start();
  hub.writePlan('plans/review.md', PLAN);
  hub.configure(config);
  return hub;
}
