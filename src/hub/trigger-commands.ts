import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { openOutbox } from '../notify/outbox/outbox.ts';
import { OutboxSender } from '../notify/outbox/outbox-sender.ts';
import { sendMessage } from '../notify/outbox/send-message.ts';
import type { NotifyTarget } from '../notify/target-schema.ts';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { hubPaths } from '../store/hub-paths.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';
import type {
  FiringView,
  OutboxEntry,
  OutboxView,
  WebhookTest,
} from '../view/triggers/trigger-views.ts';
import { openTriggering } from './config/live-triggering.ts';
import type { FiringContext } from './firings/firing-context.ts';
import { FiringEngine } from './firings/firing-engine.ts';
import { openHistory } from './store/history.ts';
import { viewOfOutbox } from './store/outbox-view.ts';
import { TriggerBook } from './trigger-book.ts';
import { type SampleDelivery, testWebhook } from './webhooks/test-webhook.ts';

/** The triggers of a repository for the command line, with or without a running hub. */
export interface TriggerCommands {
  book: TriggerBook;
  /** Whether a hub serves the repository; otherwise nothing is fired by itself. */
  hasHub(): boolean;
  /**
   * Waits until something has become of firings that were asked for. A running hub carries them
   * out; without one, this process does.
   */
  settle(firings: readonly string[]): Promise<FiringView[]>;
  /** Messages to other programs that have not arrived everywhere. */
  outbox(): OutboxView;
  /**
   * Sends a message again to the targets that gave up, and waits for their answers.
   * @throws {SwarmError} if there is no such message
   */
  replayMessage(id: string, by: string): Promise<OutboxEntry[]>;
  /**
   * Passes a payload through a webhook without storing or starting anything.
   * @throws {SwarmError} if there is no such webhook
   */
  testWebhook(name: string, sample: SampleDelivery): Promise<WebhookTest>;
}

export interface TriggerCommandsContext {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  process: ProcessIdentity;
  /** Whether a hub serves the repository. */
  hasHub(): boolean;
  findClient(): Promise<string>;
  supervise: FiringContext['supervise'];
}

/** How long a running hub may take for a firing, and a process to take its run; milliseconds. */
const PATIENCE_MS = 15_000;
const POLL_MS = 25;

async function until(isDone: () => boolean): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS && !isDone(); waited += POLL_MS) await sleep(POLL_MS);
}

export function openTriggerCommands(context: TriggerCommandsContext): TriggerCommands {
  const { host, env } = context;
  const paths = hubPaths(host.stateDir, host.root);
  const history = openHistory(paths.history);
  const triggering = openTriggering(host.root);
  const book = new TriggerBook({ host, env, history, triggering, onChange: () => {} });

  /** A hub decides at once, even if it decides that a firing has to wait. */
  const settleByHub = (ids: readonly string[]) =>
    until(() => {
      history.refresh();
      return ids.every((id) => {
        const firing = history.state.firings.get(id);
        return firing?.outcome !== 'waiting' || firing.isBuffered;
      });
    });

  const settleHere = async (ids: readonly string[]) => {
    const exited = new Set<string>();
    const engine = new FiringEngine(
      {
        ...{ host, env, history, deliveries: paths.deliveries },
        owner: { id: randomUUID(), process: context.process },
        triggering: triggering.current,
        findClient: context.findClient,
        supervise: (run, args, onExit) =>
          context.supervise(run, args, (exit) => {
            exited.add(run.paths.run);
            onExit(exit);
          }),
      },
      {
        scope: new Set(ids),
        onPass: () => {},
        onError: (error) => logError(host.root, `schedule: ${describeThrown(error)}`, host.now()),
      },
    );
    await engine.evaluate();
    // A process that cannot take its run says why.
    await until(() =>
      ids.every((id) => {
        const run = history.state.firings.get(id)?.run ?? null;
        return run === null || exited.has(run) || isAcquired(run, host);
      }),
    );
    await engine.evaluate();
    await engine.close();
  };

  return {
    book,
    hasHub: context.hasHub,
    async settle(ids) {
      await (context.hasHub() ? settleByHub(ids) : settleHere(ids));
      return ids.map((id) => book.firing(id));
    },
    outbox: () => viewOfOutbox(openOutbox(paths.outbox).state),
    replayMessage: (id, by) => replayMessage(id, by, triggering.current().targets, context),
    testWebhook: async (name, sample) => testWebhook(book.webhook(name), sample, context),
  };
}

/** Without a hub, this process sends; what fails again is left to the next one that sends. */
async function replayMessage(
  id: string,
  by: string,
  targets: readonly NotifyTarget[],
  { host, env, hasHub }: TriggerCommandsContext,
): Promise<OutboxEntry[]> {
  const outbox = openOutbox(hubPaths(host.stateDir, host.root).outbox);
  if (!outbox.state.messages.has(id)) throw new SwarmError(`no message ${id}`, EXIT.notFound);
  outbox.append([{ event: 'message.replayed', at: host.now(), id, by }]);
  const isSent = () => {
    outbox.refresh();
    return !outbox.state.pending.has(id);
  };
  if (hasHub()) await until(isSent);
  else {
    const now = () => Date.parse(host.now());
    const sender = new OutboxSender({
      ...{ outbox, now, targets: () => targets, setTimer: () => () => {}, onChange: () => {} },
      send: (message, target) => sendMessage(message, target, { env, root: host.root, fetch, now }),
      onError: (error) => logError(host.root, `webhook: ${describeThrown(error)}`, host.now()),
    });
    sender.wake();
    await sender.close();
  }
  const { pending, dead } = viewOfOutbox(outbox.state);
  return [...pending, ...dead].filter((entry) => entry.id === id);
}

function isAcquired(run: string, { root }: Host): boolean {
  return loadRun(runPaths(root, run)).state.supervision.current !== null;
}
