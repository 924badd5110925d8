import type { Attempt } from '../attempt.ts';
import { modelOf } from '../cost/model-of.ts';
import type { RunState, TaskState } from '../run-state.ts';
import { warningsOf } from './warnings.ts';

/** What the agent of a task did, and what of it speaks against its report. */
export function observed(
  state: RunState,
  { plan, undeclaredWrites }: TaskState,
  attempt: Attempt | undefined,
) {
  const known = attempt?.evidence ?? null;
  const options = attempt?.worker ? (state.supervision.options ?? undefined) : undefined;
  const asked = { writes: plan.writes, model: modelOf(state, plan, options) };
  const isOutside = undeclaredWrites.length > 0;
  return {
    evidence: known && {
      toolCalls: known.toolCalls,
      filesChanged: known.filesChanged,
      permissionDenials: known.permissionDenials,
    },
    warnings:
      attempt?.end && !attempt.reusedFrom
        ? warningsOf(known, asked, isOutside, attempt.report !== null)
        : [],
    model: known?.model ?? null,
  };
}
