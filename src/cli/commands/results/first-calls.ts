import type { FirstCall } from '../../../run/snapshots/writing-spans.ts';
import type { CliContext } from '../../cli-context.ts';

/** What the client's transcripts say about when agents made their first tool call. */
export async function firstCalls({ env }: CliContext): Promise<FirstCall> {
  const { userConfigDir } = await import('../../../claude/config-paths.ts');
  const { firstToolCall } = await import('../../../operations/tasks/first-tool-call.ts');
  return (attempt) => firstToolCall(userConfigDir(env), attempt);
}
