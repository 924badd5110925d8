import type { LedgerEvent } from '../../src/ledger/events.ts';
import { sha256 } from '../../src/platform/sha256.ts';
import { connectWorkerQueue } from '../../src/queue/engine/worker-queue.ts';
import { type Message, messageId } from '../../src/queue/wire/message.ts';
import { type Order, order as schema } from '../../src/queue/wire/order.ts';
import { sign, verify } from '../../src/queue/wire/signed.ts';
import { PROTOCOL } from '../../src/queue/wire/wire-fields.ts';
import { registerCleanUp } from './clean-up.ts';

/** The secret of supervisors and machines in tests. */
export const QUEUE_SECRET = 'a secret for tests of the queue';

type Distribute<Value, Keys extends PropertyKey> = Value extends unknown
  ? Omit<Value, Keys>
  : never;
type Sent = Distribute<Message, 'protocol' | 'run' | 'task' | 'attempt' | 'seq' | 'machine'>;

/** What a script does about one order. */
export interface ScriptedAttempt {
  order: Order;
  /** Aborted when the engine gave the attempt up. */
  signal: AbortSignal;
  /** Resolves when the supervisor asks to end it. */
  stopped: Promise<boolean>;
  send(message: Sent): Promise<void>;
  record(events: readonly LedgerEvent[], files?: Record<string, string>): Promise<void>;
  /** Stores a report and ends. */
  report(text: string): Promise<void>;
  start(): Promise<void>;
  /** Ends without a report. */
  end(outcome: 'stopped' | 'failed', message: string): Promise<void>;
  /** Stops at a command that a person must approve. */
  ask(gate: { gate: string; command: string; sha256: string }): Promise<void>;
}

export interface ScriptedMachine extends AsyncDisposable {
  name: string;
  orders: Order[];
}

/** A machine that does with each order what a script says, instead of starting a client. */
export async function startMachine(
  url: string,
  play: (attempt: ScriptedAttempt) => Promise<void>,
  { name = 'workshop', pools = { default: 4 } as Record<string, number> } = {},
): Promise<ScriptedMachine> {
  const now = () => new Date().toISOString();
  const queue = await connectWorkerQueue(url, now);
  const orders: Order[] = [];
  queue.announce({ name, pools, busy: 0, version: '0.0.0' });
  const serving = queue.serve(pools, async (received, { signal }) => {
    const { content: order, problem } = verify(received, QUEUE_SECRET, schema);
    if (!order) throw new Error(problem);
    orders.push(order);
    const { run, task, attempt } = order;
    let seq = 0;
    const send = async (sent: Sent) => {
      const message = { ...sent, protocol: PROTOCOL, run, task, attempt, seq, machine: name };
      seq += 1;
      await queue.send(run, messageId(message), sign(message as Message, QUEUE_SECRET));
    };
    const stopped = new Promise<boolean>((resolve) => queue.onStop(attempt, resolve));
    const record = (events: readonly LedgerEvent[], files: Record<string, string> = {}) =>
      send({ kind: 'lines', lines: events.map((event) => JSON.stringify(event)), files });
    await play({
      ...{ order, signal, stopped, send, record },
      start: () => record([{ event: 'attempt.started', at: now(), attempt, agentId: attempt }]),
      async end(outcome, message) {
        const event: LedgerEvent = {
          ...{ event: 'agent.ended', at: now(), agentId: attempt, attempt, outcome, message },
          ...{ category: outcome === 'failed' ? 'fatal' : null, abstract: null, report: null },
        };
        await send({ kind: 'ended', lines: [JSON.stringify(event)], files: {}, branch: null });
      },
      ask: (gate) =>
        record([
          {
            ...{ event: 'gate.asked', at: now(), attempt, rule: 'deploy', reason: 'It deploys.' },
            ...{ directory: '.', where: 'command-line', ...gate },
          },
        ]),
      async report(text) {
        const path = `results/${task}.md`;
        const report = { path, bytes: Buffer.byteLength(text), sha256: sha256(text) };
        const events: LedgerEvent[] = [
          { event: 'report.stored', at: now(), task, attempt, report, abstract: text },
          {
            ...{ event: 'agent.ended', at: now(), agentId: attempt, attempt, outcome: 'reported' },
            ...{ category: null, message: null, abstract: text, report },
          },
        ];
        const lines = events.map((event) => JSON.stringify(event));
        await send({ kind: 'ended', lines, files: { [path]: text }, branch: null });
      },
    });
  });
  const close = async () => {
    await serving.close();
    await queue.close();
  };
  const unregister = registerCleanUp(close);
  return {
    ...{ name, orders },
    async [Symbol.asyncDispose]() {
      unregister();
      await close();
    },
  };
}
