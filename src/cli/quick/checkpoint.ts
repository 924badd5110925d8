import { recordCheckpoint } from '../../operations/record-checkpoint.ts';
import { describeCheckpoint } from '../../view/terminal/describe-stored.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';

/** Records the progress of a task. @throws as {@link recordCheckpoint} */
export async function checkpoint(
  context: CliContext,
  { name, percent, message }: { name: string; percent: string; message: string },
  { json }: { json?: boolean },
): Promise<void> {
  const result = recordCheckpoint(await context.host(), name, percent, message);
  printAnswer({ document: result, text: () => describeCheckpoint(result) }, json, context);
}
