import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import { SwarmError } from '../../errors/swarm-error.ts';
import { cancellableTasks, cancelRun, notConfirmed } from '../../operations/cancel-run.ts';
import { taskOf } from '../../operations/find-run.ts';
import { listUnfinishedRuns } from '../../operations/list-runs.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { describeCancelQuestion, describeRunChoice } from '../../view/describe-cancel-question.ts';
import { describeCancel } from '../../view/describe-results.ts';
import type { CancelResult } from '../../view/results.ts';
import { CONFIRMED, cancelForm, chooseRunForm, readForm } from '../elicitation-forms.ts';
import type { RunLookup } from '../run-lookup.ts';
import type { ServerContext } from '../server-context.ts';
import { defineTool, success, type Tool, type ToolCall, type ToolResult } from './define-tool.ts';
import { cancelInput, cancelOutput } from './tool-schemas.ts';

/**
 * `swarm_cancel`. Where the client can show a form, the person is asked before work is ended.
 * Elsewhere the client's own permission for the tool is that question.
 */
export function cancelTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_cancel',
      title: 'Cancel a run or a task',
      description: 'Stop a run, or one task of it. The person is asked first.',
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      input: cancelInput,
      output: cancelOutput,
    },
    ({ run: name, task = null }, call) => {
      if (name === undefined && task === null) return cancelChosen(runs, call, context);
      if (name === undefined)
        throw new SwarmError(`expected the run of task "${task}", found none`);
      const run = runs.find(name);
      const isAgreed = confirm(run, task, call);
      if (typeof isAgreed !== 'boolean') return isAgreed;
      return answerWith(isAgreed ? cancelRun(run, task, context) : notConfirmed(run, task));
    },
  );
}

function answerWith(result: CancelResult): ToolResult {
  const message = describeCancel(result);
  return success({ ...result, message }, message);
}

/** @returns a form for the person, or what they answered; true where nobody has to be asked */
function confirm(
  run: RunHandle,
  task: string | null,
  { capabilities, inputResponses }: ToolCall,
): boolean | InputRequiredResult {
  if (task !== null) taskOf(run, task);
  if (!capabilities.elicitation || cancellableTasks(run, task).length === 0) return true;
  const key = `cancel-${run.paths.run}`;
  const response = inputResponses?.[key];
  if (response !== undefined) return readForm(response) === CONFIRMED;
  const question = describeCancelQuestion(toStatusDocument(run.state), task);
  return inputRequired({ inputRequests: { [key]: cancelForm(question) } });
}

const CHOICE = 'cancel-which';

/** Lets the person choose a run, which also confirms it. */
function cancelChosen(
  runs: RunLookup,
  { capabilities, inputResponses }: ToolCall,
  context: ServerContext,
): ToolResult {
  const unfinished = listUnfinishedRuns(context);
  const names = unfinished.map(describeRunChoice).join('; ');
  if (!capabilities.elicitation || unfinished.length === 0) {
    throw new SwarmError(
      `expected the run to cancel, which the user has to choose; unfinished runs: ${names || 'none'}`,
    );
  }
  const response = inputResponses?.[CHOICE];
  if (response === undefined)
    return inputRequired({ inputRequests: { [CHOICE]: chooseRunForm(unfinished) } });
  const choice = readForm(response);
  const chosen = unfinished.find(({ run }) => run === choice);
  if (!chosen) throw new SwarmError('nothing was cancelled: the person chose no run');
  return answerWith(cancelRun(runs.find(chosen.run), null, context));
}
