import { runNotifyCommand } from '../notify/run-notify-command.ts';
import { describeThrown, logError } from '../store/error-log.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';

/**
 * Tells people of a run: `node notify.cjs ROOT RUN`. Hooks and the watcher start it and go on,
 * since the command of a configuration may take its time.
 */
const [root = '', run = ''] = process.argv.slice(2);
const now = () => new Date().toISOString();

runNotifyCommand(loadRun(runPaths(root, run)), `${process.pid}-${now()}`, now).catch((error) => {
  logError(root, describeThrown(error), now());
});
