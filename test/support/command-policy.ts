import { classifyCommand, type PolicyMatch } from '../../src/command-policy/classify-command.ts';
import { swarmRules } from '../../src/hooks/swarm-command-rules.ts';

export const ROOT = '/home/dev/shop';

/** The context of the main checkout, with the rules that hooks add. */
export const CONTEXT = { cwd: ROOT, root: ROOT, home: '/home/dev', rules: swarmRules() };

/** The irreversible part of an agent's command in the main checkout. */
export function findMatch(command: string, extra?: readonly string[]): PolicyMatch | null {
  return classifyCommand(command, { ...CONTEXT, extra }).match;
}

/** The rule that makes a command irreversible. */
export function ruleOf(command: string): string | null {
  return findMatch(command)?.rule ?? null;
}
