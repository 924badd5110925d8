import { runNotifyCommand } from '../notify/run-notify-command.ts';
import { isAlive } from '../platform/process-identity.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import type { Host } from '../store/host.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';

/**
 * Notifies people of a run: `node notify.cjs ROOT RUN`. Whoever commits a change starts it and goes
 * on, since the command of a configuration may take its time.
 */
const [root = '', run = ''] = process.argv.slice(2);
const now = () => new Date().toISOString();
const host: Host = {
  root,
  caller: { kind: 'client' },
  isPlugin: false,
  now,
  isAlive,
  load: loadRun,
  // What falls due meanwhile has a notifier of its own.
  notify: () => {},
};

runNotifyCommand(host.load(runPaths(root, run)), `${process.pid}-${now()}`, host).catch((error) => {
  logError(root, describeThrown(error), now());
});
