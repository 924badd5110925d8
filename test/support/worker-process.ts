import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SupervisorQueue } from '../../src/queue/engine/port.ts';
import { connectSupervisorQueue } from '../../src/queue/engine/supervisor-queue.ts';
import { type Message, message } from '../../src/queue/wire/message.ts';
import type { Order } from '../../src/queue/wire/order.ts';
import { verify } from '../../src/queue/wire/signed.ts';
import { fakeClient, writeFake } from './fake-client.ts';
import { addressOf, SECRET, signOrder } from './queue-order.ts';
import type { RedisServer } from './redis-server.ts';
import { RUN } from './run-events.ts';
import {
  type ProcessOptions,
  type ProcessResult,
  type RunningProcess,
  startSwarm,
} from './swarm-process.ts';
import { endLeftovers } from './swarm-run.ts';
import { makeTempDir, type TempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

/** `swarm worker` with a HOME of its own, and a fake client. */
export interface WorkerProcess extends AsyncDisposable {
  readonly home: TempDir;
  readonly process: RunningProcess;
  readonly ended: Promise<ProcessResult>;
  /** Where its clones are. */
  readonly places: string;
}

interface WorkerProcessOptions {
  args?: readonly string[];
  /** Beside what a worker with a fake client needs. */
  env?(home: string): NodeJS.ProcessEnv;
}

/** How `swarm worker` is started in a HOME, and where its clones are. @param body see `fakeClient` */
export function makeWorkplace(
  home: TempDir,
  redis: Pick<RedisServer, 'url'>,
  body: string,
): { options: ProcessOptions; places: string } {
  const client = writeFake(home.path, fakeClient({ default: body }));
  const cwd = join(home.path, 'cwd');
  mkdirSync(cwd);
  const env = {
    ...{ HOME: home.path, XDG_STATE_HOME: join(home.path, 'state'), SWARM_CLAUDE_BIN: client },
    ...{ SWARM_QUEUE_URL: redis.url, SWARM_QUEUE_SECRET: SECRET },
  };
  const places = join(home.path, '.cache', 'swarm-parallel', 'worker', 'places');
  return { options: { cwd, env }, places };
}

/** @param body of the fake client, see `fakeClient` */
export async function startWorkerProcess(
  redis: Pick<RedisServer, 'url'>,
  body: string,
  { args = [], env = () => ({}) }: WorkerProcessOptions = {},
): Promise<WorkerProcess> {
  const home = await makeTempDir('swarm-worker-');
  const workplace = makeWorkplace(home, redis, body);
  const running = startSwarm(['worker', '--json', ...args], {
    ...workplace.options,
    env: { ...workplace.options.env, ...env(home.path) },
  });
  await running.shows('"serving"');
  return {
    ...{ home, process: running, ended: running.result, places: workplace.places },
    async [Symbol.asyncDispose]() {
      running.process.kill('SIGKILL');
      await running.result;
      const left = await endLeftovers(home);
      await home.remove();
      if (left.length > 0) throw new Error(`left running: ${left.join(', ')}`);
    },
  };
}

/** A supervisor of the run of the tests that only keeps what it is sent. */
export interface TestSupervisor extends AsyncDisposable {
  readonly queue: SupervisorQueue;
  readonly messages: readonly Message[];
  submit(order: Order): Promise<void>;
  /** Waits for the last message of an attempt. */
  endOf(order: Order): Promise<Message>;
}

export async function startTestSupervisor(
  redis: Pick<RedisServer, 'url'>,
): Promise<TestSupervisor> {
  const queue = await connectSupervisorQueue(redis.url);
  const messages: Message[] = [];
  const stop = await queue.consume(RUN, async (sent) => {
    const { content, problem } = verify(sent, SECRET, message);
    if (content === null) throw new Error(problem);
    messages.push(content);
  });
  return {
    queue,
    messages,
    submit: (order) => queue.submit(signOrder(order), addressOf(order)),
    endOf: ({ attempt }) =>
      waitUntil(() => messages.find((one) => one.attempt === attempt && one.kind !== 'lines'), {
        what: `the end of attempt ${attempt}`,
        state: () => JSON.stringify(messages.map(({ kind, seq }) => [kind, seq])),
      }),
    async [Symbol.asyncDispose]() {
      await stop();
      await queue.close();
    },
  };
}
