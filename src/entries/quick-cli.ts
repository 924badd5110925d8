import { describeUnwritten } from '../cli/ignore-broken-pipe.ts';
import type { PlainCall } from '../cli/quick/plain-call.ts';
import { QUICK_COMMANDS } from '../cli/quick/quick-commands.ts';
import { EXIT } from '../errors/swarm-error.ts';
import { writeStdoutSync } from '../platform/write-stdout-sync.ts';
import { createContext, runInProcess } from './cli-process.ts';

const context = createContext((text) => {
  try {
    writeStdoutSync(text);
  } catch (error) {
    const message = describeUnwritten(error as NodeJS.ErrnoException);
    if (message === null) return;
    context.printError(message);
    process.exitCode = EXIT.notCompleted;
  }
});

/** Runs a command that needs neither a parser nor the rest of the command line. */
export function answerQuickly({ command, args, json }: PlainCall): void {
  void runInProcess(() => QUICK_COMMANDS[command](context, args, json));
}
