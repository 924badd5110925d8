import { describeFinding } from '../../core/finding.ts';
import { plural } from '../../core/format.ts';
import { parsePlan } from '../../core/parse-plan.ts';
import { SwarmError } from '../../core/swarm-error.ts';
import { runId } from '../../schema/ledger-event.ts';
import type { LoadedRun } from '../../store/load-run.ts';
import { openRun } from '../open-run.ts';

/** Whether a word of the command line is the id of a run; any other is a plan's file. */
export function namesRun(target: string): boolean {
  return runId.safeParse(target).success;
}

/**
 * Opens a run from a plan.
 * @param file the name of the plan in messages
 * @param id of the run; left out, a new one
 * @throws {SwarmError} with every finding when the plan is invalid
 */
export function openPlan(
  root: string,
  plan: { source: string; file: string },
  session: string | null,
  now: Date,
  id?: string,
): LoadedRun {
  const parsed = parsePlan(plan.source);
  if (parsed.plan) return openRun(root, parsed.plan, plan.source, session, now, id);
  const lines = parsed.findings.map((finding) => describeFinding(plan.file, finding));
  const end = `No run was opened: correct ${plural(lines.length, 'finding')} and try again.`;
  throw new SwarmError([...lines, end].join('\n'));
}
