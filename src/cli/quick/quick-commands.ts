import type { CliContext } from '../cli-context.ts';
import type { QuickCommand } from './plain-call.ts';

type Run = (context: CliContext, args: readonly string[], json: boolean) => Promise<void>;

/** Runs a plain call of a command. Each loads its own code alone. */
export const QUICK_COMMANDS: Readonly<Record<QuickCommand, Run>> = {
  async checkpoint(context, [name = '', percent = '', message = ''], json) {
    const { checkpoint } = await import('./checkpoint.ts');
    await checkpoint(context, { name, percent, message }, { json });
  },
  async result(context, [name = '', source], json) {
    const { result } = await import('./result.ts');
    await result(context, { name, source }, { json });
  },
  async status(context, [name], json) {
    const { readStatus, printStatus } = await import('./status.ts');
    await printStatus(await readStatus(name, context), json, context);
  },
  async list(context, _, json) {
    const { list } = await import('./list.ts');
    await list(context, { json });
  },
};
