import { runNotifyCommand } from '../notify/run-notify-command.ts';
import { isAlive } from '../platform/process-identity.ts';
import { stateDirectory } from '../platform/state-directory.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';

/**
 * Sends the notifications of a run: `node notify.cjs ROOT RUN`. The process that commits a change
 * starts it and does not wait, because the configured command may be slow.
 */
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

runNotifyCommand(host.load(runPaths(root, run)), `${process.pid}-${now()}`, host).catch((error) => {
  logError(root, describeThrown(error), now());
});
