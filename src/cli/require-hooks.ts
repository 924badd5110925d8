import { SwarmError } from '../errors/swarm-error.ts';
import type { CliContext } from './cli-context.ts';

/**
 * Checks that the client runs the plugin's hooks. Without them no irreversible command is held, and
 * in a conversation no agent gets its brief.
 * @throws {SwarmError} naming the setting
 */
export async function requireHooks({ root, env }: Pick<CliContext, 'root' | 'env'>): Promise<void> {
  const { findHookBlock, readSettingsFiles } = await import('../doctor/client-settings.ts');
  const block = findHookBlock(readSettingsFiles(root(), env));
  if (!block) return;
  const { file, setting, effect } = block;
  throw new SwarmError(
    `nothing was started: hooks do not run, because ${file} ${effect} ("${setting}"), so no irreversible command would be held. Change that setting, then run the command again; \`swarm doctor\` checks it`,
  );
}
