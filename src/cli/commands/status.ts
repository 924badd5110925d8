import type { Command } from 'commander';
import type { SeenRun } from '../../run/run-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import { columnsOf, painter } from '../live-status.ts';
import { reconcile } from '../reconcile.ts';
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
  const { findRun } = await import('../../operations/find-run.ts');
  const { toStatusDocument } = await import('../../run/status-document.ts');
  const { isActive } = await import('../../run/run-state.ts');
  const run = findRun(await context.host(), name);
  const state = await reconcile(run.state, context);
  const isWorking = toStatusDocument(state).status === 'working';
  const isMoving = isWorking && isActive(state);
  if (follow ?? (context.stdout.isTTY && !json && isMoving)) {
    return watchInTerminal(name, { json, idleTimeout: null, untilNeeded: false }, context);
  }
  const { writeProjections } = await import('../../store/projections.ts');
  const { writeIfPermitted } = await import('../../operations/write-if-permitted.ts');
  writeIfPermitted(() => writeProjections(run), context.warn);
  if (json) return context.print(JSON.stringify(toStatusDocument(run.state), null, 2));
  await printStatus(run, state, isWorking && !isMoving, context);
}

/** @param state the run as this machine sees it */
async function printStatus(
  run: RunHandle,
  state: SeenRun,
  isInactive: boolean,
  context: CliContext,
): Promise<void> {
  const { toStatusDocument } = await import('../../run/status-document.ts');
  const { renderStatus } = await import('../../view/terminal/render-status.ts');
  const { describePendingGates } = await import('../../view/describe-gates.ts');
  const { describeDefects } = await import('../../store/run-handle.ts');
  const { paint } = await painter();
  const now = Date.parse(context.now());
  const columns = columnsOf(context);
  const status = toStatusDocument(state);
  context.print(renderStatus(status, { columns, now, isInactive, paint }));
  const gates = describePendingGates(run.state);
  if (gates.length > 0) context.print(`\n${gates.join('\n')}`);
  const { isExecuting } = await import('../../run/run-state.ts');
  if (status.status === 'working' && !isExecuting(state)) {
    const { describeHowToResume } = await import('../../view/prompts/next-step.ts');
    const { wrapWords } = await import('../../text/wrap-words.ts');
    context.print(wrapWords(`\nNo agent is running. ${describeHowToResume(state)}`, columns));
  }
  for (const defect of describeDefects(run)) context.warn(defect);
}
