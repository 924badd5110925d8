import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findHub } from '../hub/service/hub-lock.ts';
import { openOutbox } from '../notify/outbox/outbox.ts';
import { OutboxSender } from '../notify/outbox/outbox-sender.ts';
import { queueRunMessages } from '../notify/outbox/queue-messages.ts';
import { readTargets } from '../notify/outbox/read-targets.ts';
import { sendMessage } from '../notify/outbox/send-message.ts';
import { sendWithoutHub } from '../notify/outbox/send-without-hub.ts';
import { runNotifyCommand } from '../notify/run-notify-command.ts';
import { exportTrace } from '../notify/tracing/export-trace.ts';
import { identifyProcess, isAlive } from '../platform/process/process-identity.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { hubPaths } from '../store/hub-paths.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';

/**
 * Sends the notifications of a run: `node notify.cjs ROOT RUN`. The process that commits a change
 * starts it and does not wait, because the configured command and the targets may be slow.
 */
const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
const [root = '', run = ''] = process.argv.slice(2);
const now = () => new Date().toISOString();
const host: Host = {
  root,
  caller: { kind: 'client' },
  stateDir: stateDirectory(process.env),
  isPlugin: false,
  now,
  isAlive,
  load: loadRun,
  // Notifications that become due meanwhile get their own notifier.
  notify: () => {},
};

const id = `${process.pid}-${now()}`;
const hub = () => findHub(root, host);

/** Puts the run's events into the outbox, and sends them unless a hub does. */
async function sendMessages(): Promise<void> {
  const targets = readTargets(root);
  if (targets.length === 0) return;
  const outbox = openOutbox(hubPaths(host.stateDir, root).outbox);
  const handle = host.load(runPaths(root, run));
  queueRunMessages(handle, id, { outbox, targets, hubUrl: hub()?.url ?? null, host });
  const sources = { env: process.env, root, fetch, now: Date.now };
  const sender = new OutboxSender({
    outbox,
    targets: () => readTargets(root),
    send: (message, target) => sendMessage(message, target, sources),
    now: Date.now,
    setTimer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onChange: () => {},
    onError: report,
  });
  const self = identifyProcess(process.pid);
  await sendWithoutHub({
    ...{ outbox, sender, id, now, isAlive },
    process: self,
    hasHub: () => hub() !== null,
  });
}

function report(error: unknown): void {
  logError(root, describeThrown(error), now());
}

async function main(): Promise<void> {
  await runNotifyCommand(host.load(runPaths(root, run)), id, host).catch(report);
  await exportTrace(host.load(runPaths(root, run)), {
    ...{ by: id, version, env: process.env, fetch, sleep, host },
  }).catch(report);
  await sendMessages();
}

main().catch(report);
