import type { Policy } from '../../config/policy-schema.ts';
import { configComplaints, readConfig } from '../../config/read-config.ts';
import { resolvePolicy } from '../../config/resolve-policy.ts';
import type { ValidationIssue } from '../../errors/validation-issue.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import { planWaves } from '../../plan/waves.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { createRun } from './create-run.ts';
import { judgePlan, type Submission } from './judge-plan.ts';

/** The outcome of submitting a plan. */
export type PlanResult =
  | { outcome: 'invalid'; findings: ValidationIssue[]; complaints: string[] }
  | { outcome: 'valid'; plan: Plan; waves: string[][]; policy: Policy }
  | { outcome: 'created'; plan: Plan; waves: string[][]; run: RunHandle };

/**
 * Checks a plan and, if it is valid, creates a run.
 * @param source the text of the plan
 * @param options.isCheck only check the plan; no run is created
 * @throws {SwarmError} when only the configuration is invalid
 */
export function submitPlan(
  source: string,
  { isCheck, ...submission }: Submission & { isCheck: boolean; host: Host },
): PlanResult {
  const { host } = submission;
  const { plan, findings } = judgePlan(source, submission);
  if (!plan) return { outcome: 'invalid', findings, complaints: configComplaints(host.root) };
  const waves = planWaves(plan.tasks);
  if (isCheck) {
    const policy = resolvePolicy(readConfig(host.root));
    return { outcome: 'valid', plan, waves, policy };
  }
  const run = createRun(host, plan, source);
  return { outcome: 'created', plan, waves, run };
}
