import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_WORKER_OPTIONS } from '../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import type { Task } from '../../src/plan/plan-schema.ts';
import { identifyProcess } from '../../src/platform/process/process-identity.ts';
import type { Blobs, Job, OrderAddress } from '../../src/queue/engine/port.ts';
import { type Message, message } from '../../src/queue/wire/message.ts';
import type { Order } from '../../src/queue/wire/order.ts';
import { type Signed, sign, verify } from '../../src/queue/wire/signed.ts';
import { PROTOCOL } from '../../src/queue/wire/wire-fields.ts';
import type { Ceiling } from '../../src/queue/work/ceiling.ts';
import type { WorkContext } from '../../src/queue/work/work-context.ts';
import { type FakeQueue, makeFakeQueue } from './fake-queue.ts';
import { makeHost } from './host.ts';
import { at, launched, makeTask, opened, RUN } from './run-events.ts';
import { git, makeTempDir, type TempDir } from './temp-dir.ts';

export const SECRET = 'a secret of the team';

/** Allows everything that an order can ask for. */
export const ANYTHING: Ceiling = {
  models: [],
  permissionMode: 'bypassPermissions',
  allowedTools: ['Bash', 'Read', 'Write', 'Edit'],
  budgetUsd: null,
  checks: true,
};

export const NO_OPTIONS: Order['client'] = {
  model: null,
  effort: null,
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
};

/** A bundle of everything in a repository, as a supervisor without a remote sends it. */
async function bundleOf(repo: TempDir, blobs: Blobs): Promise<string> {
  const directory = await makeTempDir('swarm-bundle-');
  const file = join(directory.path, 'all.bundle');
  await git(repo.path, 'bundle', 'create', '--quiet', file, '--all');
  const key = await blobs.put(readFileSync(file));
  await directory.remove();
  return key;
}

/** An order for the first of some tasks, in a repository that its worker gets as a bundle. */
export async function makeOrder(
  repo: TempDir,
  blobs: Blobs,
  {
    tasks = [makeTask('one')],
    events = [],
    ...more
  }: Partial<Omit<Order, 'repository'>> & {
    tasks?: readonly Task[];
    events?: readonly LedgerEvent[];
    repository?: Partial<Order['repository']>;
  } = {},
): Promise<Order> {
  const attempt = more.attempt ?? randomUUID();
  const task = more.task ?? tasks[0]?.id ?? 'one';
  const lines: LedgerEvent[] = [
    opened(tasks, { session: null }),
    ...events,
    {
      ...{ event: 'supervisor.started', at: at(20), supervisor: 'supervisor-1', replaces: null },
      ...{ process: { pid: 1, startedAt: '1' }, maxParallel: 4, options: DEFAULT_WORKER_OPTIONS },
    },
    launched(task, { at: at(30), attempt, session: attempt, supervisor: 'supervisor-1' }),
  ];
  return {
    ...{ protocol: PROTOCOL, run: RUN, task, attempt, pool: 'default', sentAt: at(40) },
    deadline: { startToCloseMs: 600_000 },
    supervisor: { id: 'supervisor-1', host: 'laptop' },
    ledger: lines.map((event) => JSON.stringify(event)),
    files: {},
    client: NO_OPTIONS,
    approvals: [],
    ...more,
    repository: {
      remote: null,
      base: (await git(repo.path, 'rev-parse', 'HEAD')).trim(),
      bundles: [await bundleOf(repo, blobs)],
      inputs: [],
      ...more.repository,
    },
  };
}

export function signOrder(order: Order): Signed {
  return sign(order, SECRET);
}

export function addressOf({ run, task, attempt, pool }: Order): OrderAddress {
  return { run, task, attempt, pool };
}

export function jobOf(order: Order, signal = new AbortController().signal): Job {
  return { address: addressOf(order), signal };
}

/** A machine that executes orders from an engine in memory. */
export interface TestMachine extends AsyncDisposable {
  queue: FakeQueue;
  blobs: Blobs;
  context: WorkContext;
  home: TempDir;
  /** What it has told the person who started it. */
  notes: string[];
  faults: unknown[];
  /** Everything that it sent for the run, in order. */
  messages(): Message[];
  /** The events in these messages. */
  events(): LedgerEvent[];
}

export async function makeMachine(
  client: string,
  more: Partial<WorkContext> = {},
  queue = makeFakeQueue(),
): Promise<TestMachine> {
  const home = await makeTempDir('swarm-machine-');
  const notes: string[] = [];
  const faults: unknown[] = [];
  const state = join(home.path, 'state');
  mkdirSync(state);
  const messages = () =>
    queue.sentTo(RUN).map((sent) => {
      const { content, problem } = verify(sent, SECRET, message);
      if (problem !== null) throw new Error(problem);
      return content;
    });
  const context: WorkContext = {
    queue: queue.worker(),
    secret: SECRET,
    machine: 'workshop',
    ceiling: ANYTHING,
    places: join(home.path, 'places'),
    mirrors: join(home.path, 'mirrors'),
    giveBack: new AbortController().signal,
    refusalPauseMs: 0,
    explainHookBlock: () => null,
    host: makeHost(home.path, { stateDir: state }),
    process: identifyProcess(process.pid),
    client,
    pluginDir: null,
    hookScript: null,
    env: {
      ...{ PATH: process.env.PATH, HOME: home.path },
      ...{ SWARM_QUEUE_SECRET: SECRET, SWARM_QUEUE_URL: 'redis://:password@127.0.0.1' },
    },
    onNote: (text) => notes.push(text),
    onFault: (error) => faults.push(error),
    ...more,
  };
  return {
    blobs: context.queue.blobs,
    ...{ queue, context, home, notes, faults, messages },
    events: () => messages().flatMap((one) => eventsIn(one)),
    [Symbol.asyncDispose]: () => home.remove(),
  };
}

export function eventsIn(sent: Message): LedgerEvent[] {
  return sent.kind === 'lost' ? [] : sent.lines.map((line) => JSON.parse(line));
}
