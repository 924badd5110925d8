import type { Command } from 'commander';
import { isAttended } from '../../claude/is-attended.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { reconcile } from '../reconcile.ts';

const VERDICTS = { approve: 'approved', deny: 'denied' } as const;

/** `swarm approve` and `swarm deny`. */
export function addDecisionCommands(program: Command, context: CliContext): void {
  for (const name of ['approve', 'deny'] as const) {
    declareCommand(program, name)
      .addOption(jsonOption())
      .action(async (target: string, { json }: JsonFlag) => {
        assertPerson(name, context);
        await decide(target, VERDICTS[name], json, context);
      });
  }
}

async function decide(
  target: string,
  verdict: 'approved' | 'denied',
  json: boolean | undefined,
  context: CliContext,
): Promise<void> {
  const { findTask } = await import('../../operations/find-run.ts');
  const { decideGate } = await import('../../operations/decide-gate.ts');
  const { describeDecision } = await import('../../view/terminal/describe-results.ts');
  const { decisionPrompt } = await import('../../view/prompts/result-prompts.ts');
  const host = await context.host();
  const { run, ref } = findTask(host, target);
  const result = decideGate(run, ref.task, verdict, host);
  const state = await reconcile(run.state, context);
  const text = () =>
    context.session
      ? decisionPrompt(result, run.state, host.isPlugin)
      : describeDecision(result, state);
  printAnswer({ document: result, text }, json, context);
}

/** @throws {SwarmError} in a session of Claude Code in which nobody could have asked for it */
function assertPerson(command: string, { env }: CliContext): void {
  if (!env.CLAUDECODE || isAttended(env)) return;
  throw new SwarmError(
    `\`swarm ${command}\` is for a person: run it in a terminal of your own, not in an unattended session`,
    EXIT.humanNeeded,
  );
}
