import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import { watchInTerminal } from '../watch-in-terminal.ts';

interface StatusFlags {
  follow?: boolean;
  json?: boolean;
}

export function addStatusCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'status')
    .option('-f, --follow', 'keep showing the run until it ends')
    .option('--no-follow', 'show the run once, even on a terminal')
    .addOption(jsonOption())
    .action((name: string | undefined, flags: StatusFlags) => showStatus(name, flags, context));
}

async function showStatus(
  name: string | undefined,
  { follow, json = false }: StatusFlags,
  context: CliContext,
): Promise<void> {
  const { readStatus, printStatus } = await import('../quick/status.ts');
  const view = await readStatus(name, context);
  if (follow ?? (context.stdout.isTTY && !json && view.isMoving)) {
    return watchInTerminal(name, { json, idleTimeout: null, untilNeeded: false }, context);
  }
  await printStatus(view, json, context);
}
