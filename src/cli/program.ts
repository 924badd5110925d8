import { Command } from 'commander';
import { COMMAND_GROUPS } from '../commands/command-table.ts';
import type { CliContext } from './cli-context.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCheckpointCommand } from './commands/checkpoint.ts';
import { addDecisionCommands } from './commands/decide.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addGuardCommand } from './commands/guard.ts';
import { addInstallCommands } from './commands/install.ts';
import { addListCommand } from './commands/list.ts';
import { addMcpCommand, type McpServer } from './commands/mcp.ts';
import { addMeasureCommand } from './commands/measure.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addPruneCommand } from './commands/prune.ts';
import { addRerunCommand } from './commands/rerun.ts';
import { addResultCommand } from './commands/result.ts';
import { addDiffCommand } from './commands/results/diff.ts';
import { addLogsCommand } from './commands/results/logs.ts';
import { addMergeCommand } from './commands/results/merge.ts';
import { addRestoreCommand } from './commands/results/restore.ts';
import { addShowCommand } from './commands/results/show.ts';
import { addResumeCommand } from './commands/resume.ts';
import { addRetryCommand } from './commands/retry.ts';
import { addRunCommand } from './commands/run.ts';
import { addCompletionCommand } from './commands/setup/completion.ts';
import { addInitCommand } from './commands/setup/init.ts';
import { addRemoveCommand } from './commands/setup/rm.ts';
import { addStatusCommand } from './commands/status.ts';
import { addSummaryCommand } from './commands/summary.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWatchCommand } from './commands/watch.ts';
import { rowOf } from './declare-command.ts';
import { HELP } from './help.ts';
import type { HubProgram } from './hub-program.ts';
import { addQueueCommand } from './machines/queue.ts';
import { addWorkerCommand, addWorkerGuardCommand } from './machines/worker.ts';
import { addServeCommand } from './serve/serve.ts';
import { addScheduleCommand } from './triggers/schedule.ts';
import { addWebhookCommand, type WebhooksProgram } from './triggers/webhook.ts';

/** Entries of their own, which a command loads when it needs them. */
export interface LateEntries {
  mcpServer(): Promise<McpServer>;
  hub(): Promise<HubProgram>;
  triggers(): Promise<WebhooksProgram>;
}

/**
 * The command line. Each command loads what it needs when it is called.
 * @param version of the program
 */
export function createProgram(context: CliContext, version: string, load: LateEntries): Command {
  const program = new Command('swarm')
    .description('Parallel Claude Code subagents that lose no result.')
    .version(version, '-v, --version')
    .showHelpAfterError('(see `swarm --help`)')
    .showSuggestionAfterError()
    .exitOverride()
    // Its errors look like all others.
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'swarm: ')),
    })
    // Without their arguments, the names leave room for the summaries.
    .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
    .addHelpText('after', HELP.swarm);
  addPlanCommand(program, context);
  addStatusCommand(program, context);
  addWatchCommand(program, context);
  addRunCommand(program, context);
  addSummaryCommand(program, context);
  addListCommand(program, context);
  addCancelCommand(program, context);
  addRetryCommand(program, context);
  addRerunCommand(program, context);
  addDecisionCommands(program, context);
  addResumeCommand(program, context);
  addMergeCommand(program, context);
  addDiffCommand(program, context);
  addRestoreCommand(program, context);
  addShowCommand(program, context);
  addLogsCommand(program, context);
  addInstallCommands(program, context);
  addInitCommand(program, context);
  addCompletionCommand(program, context);
  addDoctorCommand(program, context, load.triggers);
  addPruneCommand(program, context);
  addRemoveCommand(program, context);

  addMcpCommand(program, context, load.mcpServer);
  addServeCommand(program, context, load.hub);
  addWorkerCommand(program, context);
  addQueueCommand(program, context);
  addScheduleCommand(program, context, load.triggers);
  addWebhookCommand(program, context, load.triggers);
  addHelpCommand(program);
  addCheckpointCommand(program, context);
  addResultCommand(program, context);
  addVerifyCommand(program, context);
  addGuardCommand(program, context);
  addWorkerGuardCommand(program, context);
  addMeasureCommand(program, context);
  return program;
}

/** Commander itself carries it out. */
function addHelpCommand(program: Command): void {
  const { args, summary, group } = rowOf('help');
  program.addHelpCommand(
    new Command('help').argument(args).description(summary).helpGroup(COMMAND_GROUPS[group]),
  );
}
