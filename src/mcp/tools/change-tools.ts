import { inputRequired } from '@modelcontextprotocol/server';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { resumeRun } from '../../operations/resume-run.ts';
import { retryTasks } from '../../operations/retry-run.ts';
import { needsSupervisor } from '../../supervisor/needs-supervisor.ts';
import { answerGate, gatesToAnswer } from '../answer-gate.ts';
import { gateForm } from '../elicitation-forms.ts';
import type { RunLookup } from '../run-lookup.ts';
import type { ServerContext } from '../server-context.ts';
import { spawnRun } from '../spawn-run.ts';
import { isExpired, toTask } from '../tasks/run-tasks.ts';
import { createdTask, hasTasks } from '../tasks/task-extension.ts';
import { waitForRun } from '../wait-for-run.ts';
import { describeAnswer, describeResume, describeRetry } from '../words/describe-results.ts';
import { defineTool, success, type Tool } from './define-tool.ts';
import { describeState } from './read-tools.ts';
import {
  answerInput,
  answerOutput,
  resumeInput,
  resumeOutput,
  retryInput,
  retryOutput,
  type StartInput,
  startInput,
  startOutput,
} from './tool-schemas.ts';

/** `swarm_start`. */
export function startTool(context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_start',
      title: 'Start a run',
      description:
        'Run tasks in parallel, each in a Claude Code process of its own that outlives this call. Returns at once; swarm_result has the outcome.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
      input: startInput,
      output: startOutput,
    },
    async (args, call) => {
      // Parsing plans is loaded only when a run is started, not in every session.
      const { startRun } = await import('../start-run.ts');
      const run = await startRun(await sourceOf(args), args.key, args, context);
      // The run is on disk: whatever happens to this process, any other finds it.
      // Only a key that was used long ago can name a run that has expired as a task.
      const isTask = hasTasks(call.capabilities) && !isExpired(run, context.now());
      if (isTask) return createdTask(toTask(run, call.capabilities, context));
      await waitForRun(run, args.wait ?? 0, call, context);
      // A client that cancels the call never receives the run's id.
      if (call.isCancelled()) cancelRun(run, null, context);
      return describeState(run, call.capabilities, context);
    },
  );
}

async function sourceOf({ plan, goal, tasks }: StartInput): Promise<string> {
  if (plan !== undefined && goal === undefined && tasks === undefined) return plan;
  if (plan === undefined && goal !== undefined && tasks !== undefined) {
    const { renderPlan } = await import('./render-plan.ts');
    return renderPlan({ goal, tasks });
  }
  throw new SwarmError('expected either plan, or goal and tasks');
}

/** `swarm_retry`. */
export function retryTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_retry',
      title: 'Retry failed tasks',
      description: 'Allow one more attempt of a failed or cancelled task, or of all of a run.',
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
      input: retryInput,
      output: retryOutput,
    },
    ({ run: name, task }) => {
      const run = runs.find(name);
      const result = retryTasks(run, task ?? null, context);
      const message = describeRetry(result, run.state);
      return success({ ...result, message }, message);
    },
  );
}

/** `swarm_resume`. */
export function resumeTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_resume',
      title: 'Resume a run',
      description: 'Resume a run whose process is gone; completed tasks are kept.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      input: resumeInput,
      output: resumeOutput,
    },
    async ({ run: name }) => {
      const run = runs.find(name);
      const isResumed = needsSupervisor(run, context);
      if (isResumed) await context.findClient();
      const result = resumeRun(run, context);
      if (isResumed) spawnRun(run, {}, context);
      const message = describeResume(result, isResumed);
      return success({ ...result, message }, message);
    },
  );
}

/**
 * `swarm_answer`. There is no argument for the decision: it comes from the person, through the
 * client's form, so no model can make it.
 */
export function answerTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_answer',
      title: 'Ask the person about a gate',
      description:
        'Ask the person to approve or deny the irreversible command that a task is waiting on.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
      input: answerInput,
      output: answerOutput,
    },
    ({ run: name, task }, call) => {
      const run = runs.find(name);
      const waiting = gatesToAnswer(run).find((gate) => gate.task === task);
      const ref = `${run.paths.run}/${task}`;
      if (!waiting) throw new SwarmError(`${ref} is not waiting for approval`);
      if (!call.capabilities.elicitation) {
        throw new SwarmError(
          `only a person can decide about ${ref}, and this client cannot ask one: let them decide in a terminal, or connect a client that supports elicitation`,
          EXIT.humanNeeded,
        );
      }
      const response = call.inputResponses?.[waiting.gate.id];
      if (response === undefined) {
        return inputRequired({ inputRequests: { [waiting.gate.id]: gateForm(waiting) } });
      }
      const result = answerGate(run, waiting, response, context);
      const decision = result?.outcome ?? 'none';
      const message = describeAnswer(ref, decision);
      return success({ run: run.paths.run, task, ...result, decision, message }, message);
    },
  );
}
