import { SwarmError } from '../../errors/swarm-error.ts';
import { findStoredReport, storeReport } from '../../operations/store-report.ts';
import { describeReport } from '../../view/terminal/describe-stored.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { readStdin } from '../read-input.ts';

/**
 * Stores the report of a task.
 * @param flags `stored`: the path of a report that a hook has stored, which is only confirmed
 * @throws {SwarmError} unless stdin is named as the source, and as {@link storeReport}
 */
export async function result(
  context: CliContext,
  { name, source }: { name: string; source: string | undefined },
  { stored, json }: { stored?: string; json?: boolean },
): Promise<void> {
  const host = await context.host();
  const author = context.env.SWARM_ATTEMPT;
  const answer =
    stored === undefined
      ? storeReport(host, name, readReport(name, source, context), author)
      : findStoredReport(host, name, stored);
  printAnswer({ document: answer, text: () => describeReport(answer) }, json, context);
}

/** @throws {SwarmError} unless stdin is named as the source */
function readReport(name: string, source: string | undefined, context: CliContext): string {
  if (source === '-') return readStdin('a report', context).toString('utf8');
  const found = source === undefined ? 'nothing' : `"${source}"`;
  throw new SwarmError(
    `expected "-" and the report on stdin, found ${found}: swarm result ${name} - <<'EOF'`,
  );
}
