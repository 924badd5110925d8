import { join } from 'node:path';
import type { CliContext } from './cli-context.ts';

/** A command in a message, such as `swarm watch`. */
const COMMAND = /\bswarm [a-z]+/;

/**
 * Messages call this program `swarm`. Where that would start nothing, or another program, the person
 * is told once what to type.
 * @param shown what was printed
 * @returns null if there is nothing to say
 */
export async function nameProgram(
  shown: string,
  { packageRoot, env, session, stderr }: CliContext,
): Promise<string | null> {
  if (session !== null || !stderr.isTTY || !COMMAND.test(shown)) return null;
  const { findOnPath } = await import('../platform/find-on-path.ts');
  const { packageOf } = await import('../doctor/package-of.ts');
  const [first] = findOnPath('swarm', env);
  if (first !== undefined && packageOf(first)) return null;
  const program = join(packageRoot, 'bin', 'swarm');
  const why =
    first === undefined ? 'it is not on your PATH' : `the one on your PATH is another, ${first}`;
  return `"swarm" stands for ${program}: ${why}. \`${program} doctor\` shows how to shorten it`;
}
