import { inputRequired, type ToolAnnotations } from '@modelcontextprotocol/server';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { listAllRuns } from '../../operations/list-runs.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { toRunProgress } from '../../view/run-progress.ts';
import { isAbandoned } from '../abandoned.ts';
import { answerGate, gatesToAnswer } from '../answer-gate.ts';
import { gateForm } from '../elicitation-forms.ts';
import type { RunLookup } from '../run-lookup.ts';
import { runResult, taskResult } from '../run-result.ts';
import type { ServerContext } from '../server-context.ts';
import { describeNeeded, isExpired, toTask } from '../tasks/run-tasks.ts';
import { createdTask, hasTasks } from '../tasks/task-extension.ts';
import { waitForRun } from '../wait-for-run.ts';
import { defineTool, success, type Tool } from './define-tool.ts';
import {
  answerInput,
  answerOutput,
  cancelInput,
  cancelOutput,
  listInput,
  listOutput,
  resultInput,
  resultOutput,
  runOutput,
  type StartInput,
  startInput,
  startOutput,
  statusInput,
} from './tool-schemas.ts';

const LOOKS: ToolAnnotations = { readOnlyHint: true, idempotentHint: true };
const USUAL_LIST = 20;

/** The tools of the server. In an agent of a run there are only those that look. */
export function runTools(runs: RunLookup, context: ServerContext): Tool[] {
  const looking = [statusTool(runs, context), resultTool(runs), listTool(context)];
  if (context.isWorker) return looking;
  return [startTool(context), ...looking, cancelTool(runs, context), answerTool(runs, context)];
}

function startTool(context: ServerContext): Tool {
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
      // What reads plans is loaded by who starts a run, not by every session.
      const { startRun } = await import('../start-run.ts');
      const run = await startRun(await sourceOf(args), args.key, args, context);
      // Durable by now: whatever becomes of this process, any other finds the run.
      // Only the run of a key that was used long ago can be none any more.
      const isTask = hasTasks(call.capabilities) && !isExpired(run, context.now());
      if (isTask) return createdTask(toTask(run, call.capabilities, context));
      await waitForRun(run, args.wait ?? 0, call, context);
      // Who takes the call back never learns of its run.
      if (call.isCancelled()) cancelRun(context, run.paths.run);
      return describe(run, context);
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

function statusTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_status',
      title: 'Look at a run',
      description: 'How far a run is (the newest if none is named).',
      annotations: LOOKS,
      input: statusInput,
      output: runOutput,
    },
    async ({ run: name, wait = 0 }, call) => {
      const run = runs.find(name);
      await waitForRun(run, wait, call, context);
      return describe(run, context);
    },
  );
}

function describe(run: RunHandle, context: ServerContext) {
  const output = toRunProgress(toStatusDocument(run.state));
  const isWaiting = gatesToAnswer(run).length > 0 || isAbandoned(run, context);
  const next = isWaiting ? `\n${describeNeeded(run)}` : '';
  const lines = output.tasks.map(
    ({ id, status, percent, message }) => `${id} ${status} ${percent}% ${message}`,
  );
  const head = `run ${output.run} is ${output.status}: ${output.message}${next}`;
  return success({ ...output, message: `${output.message}${next}` }, [head, ...lines].join('\n'));
}

function resultTool(runs: RunLookup): Tool {
  return defineTool(
    {
      name: 'swarm_result',
      title: 'Read the outcome of a run',
      description: 'Summary of a run, or the report of one task.',
      annotations: LOOKS,
      input: resultInput,
      output: resultOutput,
    },
    ({ run: name, task, maxChars }) => {
      const run = runs.find(name);
      // That a run failed is no error of who reads about it.
      return task === undefined
        ? { ...runResult(run, maxChars), isError: false }
        : taskResult(run, task, maxChars);
    },
  );
}

function cancelTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_cancel',
      title: 'Cancel a run or a task',
      description: 'Stop a run, or one task of it.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      input: cancelInput,
      output: cancelOutput,
    },
    ({ run: name, task }) => {
      const { run } = runs.find(name).paths;
      const message = cancelRun(context, task === undefined ? run : `${run}/${task}`);
      return success({ run, message }, message);
    },
  );
}

/**
 * There is no argument for the decision: it comes from the person, by the client's form, so no
 * model can make it.
 */
function answerTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_answer',
      title: 'Ask the person about a gate',
      description:
        'Put the irreversible command that a task waits with before the person, who approves or denies it.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
      input: answerInput,
      output: answerOutput,
    },
    ({ run: name, task }, call) => {
      const run = runs.find(name);
      const waiting = gatesToAnswer(run).find((gate) => gate.task === task);
      const ref = `${run.paths.run}/${task}`;
      if (!waiting) throw new SwarmError(`${ref} does not wait for a decision`);
      if (!call.capabilities.elicitation) {
        throw new SwarmError(
          `only a person decides, and this client cannot ask one: in a terminal, swarm approve ${ref} or swarm deny ${ref}`,
          EXIT.humanNeeded,
        );
      }
      const response = call.inputResponses?.[waiting.gate.id];
      if (response === undefined) {
        return inputRequired({ inputRequests: { [waiting.gate.id]: gateForm(waiting) } });
      }
      const decision = answerGate(run, waiting, response, context);
      const message =
        decision === 'none'
          ? `the person has not decided; ${ref} still waits`
          : `the person has ${decision} it`;
      return success({ run: run.paths.run, task, decision, message }, message);
    },
  );
}

function listTool(context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_list',
      title: 'List runs',
      description: 'The runs of this project, newest first.',
      annotations: LOOKS,
      input: listInput,
      output: listOutput,
    },
    ({ limit = USUAL_LIST }) => {
      const rows = listAllRuns(context, limit).map((row) =>
        'unreadable' in row
          ? { run: row.run, goal: '', status: 'unreadable', message: row.unreadable }
          : { run: row.run, goal: row.goal, status: row.status, message: row.outcome },
      );
      const lines = rows.map(
        ({ run, status, goal, message }) => `${run} ${status} ${goal} (${message})`,
      );
      return success({ runs: rows }, lines.join('\n') || 'no runs yet');
    },
  );
}
