import { type ClaudeEnvironment, locateClaude } from '../claude/locate-claude.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { describeClaude } from '../view/terminal/describe-claude.ts';

/**
 * Finds the Claude Code program for workers.
 * @returns its absolute path
 * @throws {SwarmError} if there is none or it is too old
 */
export async function findClaude(environment: ClaudeEnvironment): Promise<string> {
  const search = await locateClaude(environment);
  if (search.outcome === 'found') return search.program;
  const { message, fix } = describeClaude(search);
  throw new SwarmError(`nothing was started: ${message}. ${fix}`, EXIT.badInput);
}
