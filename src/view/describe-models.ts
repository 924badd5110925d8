import { AGENT_MODELS, isModelOfAgent } from '../claude/agent-call.ts';
import type { Policy } from '../config/policy-schema.ts';
import type { Task } from '../plan/plan-schema.ts';
import { modelOf } from '../run/cost/model-of.ts';

/**
 * That agents of a conversation cannot have the models that a plan asks for; one line for each of
 * those models.
 */
export function describeUnusableModels(tasks: readonly Task[], policy: Policy): string[] {
  const byModel = new Map<string, string[]>();
  for (const task of tasks) {
    const model = modelOf({ opened: { policy } }, task);
    if (model === null || isModelOfAgent(model)) continue;
    byModel.set(model, [...(byModel.get(model) ?? []), task.id]);
  }
  return [...byModel].map(
    ([model, ids]) =>
      `a conversation can give an agent the model ${AGENT_MODELS}, not "${model}": ${ids.join(', ')} will run on the model of the agent type. \`swarm run\` uses "${model}".`,
  );
}
