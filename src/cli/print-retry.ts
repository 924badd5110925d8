import type { RunHandle } from '../store/run-handle.ts';
import type { RetryResult } from '../view/results.ts';
import { printAnswer } from './answer.ts';
import type { CliContext } from './cli-context.ts';
import { reconcile } from './reconcile.ts';

/** Prints which tasks are tried again, and tells Claude or a person what is next. */
export async function printRetry(
  run: RunHandle,
  result: RetryResult,
  json: boolean | undefined,
  context: CliContext,
): Promise<void> {
  const { describeRetry } = await import('../view/terminal/describe-results.ts');
  const { retryPrompt } = await import('../view/prompts/result-prompts.ts');
  const state = await reconcile(run.state, context);
  const text = () =>
    context.session
      ? retryPrompt(result, run.state, context.isPlugin)
      : describeRetry(result, state);
  printAnswer({ document: result, text }, json, context);
}
