import type { Command } from 'commander';
import { isAttended } from '../../claude/is-attended.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

const VERDICTS = { approve: 'approved', deny: 'denied' } as const;

/** `swarm approve` and `swarm deny`. */
export function addDecisionCommands(program: Command, context: CliContext): void {
  for (const name of ['approve', 'deny'] as const) {
    declareCommand(program, name).action(async (task: string) => {
      assertPerson(name, context);
      const { decideGate } = await import('../../operations/decide-gate.ts');
      context.print(decideGate(await context.host(), task, VERDICTS[name]));
    });
  }
}

/** @throws {SwarmError} in a session of Claude Code in which nobody could have asked for it */
function assertPerson(command: string, { env }: CliContext): void {
  if (!env.CLAUDECODE || isAttended(env)) return;
  throw new SwarmError(
    `\`swarm ${command}\` is for a person: run it in a terminal of your own, not in an unattended session`,
    EXIT.humanNeeded,
  );
}
