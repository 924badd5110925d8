import { configComplaints } from '../../config/read-config.ts';
import { SwarmError } from '../../errors/swarm-error.ts';
import { describeIssue } from '../../errors/validation-issue.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { plural } from '../../text/format.ts';
import { createRun } from './create-run.ts';
import { judgePlan, type Submission } from './judge-plan.ts';

/**
 * Checks a plan, and the configuration with it.
 * @param file the name of the plan in messages
 * @throws {SwarmError} with all findings if there are any
 */
export function checkPlan(
  { source, file }: { source: string; file: string },
  submission: Submission,
): Plan {
  const parsed = judgePlan(source, submission);
  const lines = [
    ...parsed.findings.map((finding) => describeIssue(file, finding)),
    ...configComplaints(submission.host.root),
  ];
  if (parsed.plan && lines.length === 0) return parsed.plan;
  const end = `No run was created: correct ${plural(lines.length, 'finding')} and try again.`;
  throw new SwarmError([...lines, end].join('\n'));
}

/**
 * Creates a run from a plan.
 * @param id of the run; a new one by default
 * @throws {SwarmError} like `checkPlan`
 */
export function createRunFromPlan(
  plan: { source: string; file: string },
  submission: Submission & { host: Host },
  id?: string,
): RunHandle {
  const checked = checkPlan(plan, submission);
  return createRun(submission.host, checked, plan.source, id === undefined ? {} : { id });
}
