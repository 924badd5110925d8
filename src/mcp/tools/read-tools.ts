import type { ClientCapabilities } from '@modelcontextprotocol/server';
import { listAllRuns } from '../../operations/list-runs.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { isAbandoned } from '../../supervisor/needs-supervisor.ts';
import { toRunProgress } from '../../view/run-progress.ts';
import { gatesToAnswer } from '../answer-gate.ts';
import type { RunLookup } from '../run-lookup.ts';
import { runResult, taskResult } from '../run-result.ts';
import type { ServerContext } from '../server-context.ts';
import { waitForRun } from '../wait-for-run.ts';
import { describeNeeded } from '../words/describe-needed.ts';
import { defineTool, success, type Tool } from './define-tool.ts';
import {
  listInput,
  listOutput,
  resultInput,
  resultOutput,
  runOutput,
  statusInput,
} from './tool-schemas.ts';

const READS = { readOnlyHint: true, idempotentHint: true };
const USUAL_LIST = 20;

/** `swarm_status`. */
export function statusTool(runs: RunLookup, context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_status',
      title: 'Look at a run',
      description: 'Progress of a run (the newest if none is named).',
      annotations: READS,
      input: statusInput,
      output: runOutput,
    },
    async ({ run: name, wait = 0 }, call) => {
      const run = runs.find(name);
      await waitForRun(run, wait, call, context);
      return describeState(run, call.capabilities, context);
    },
  );
}

/** The state of a run, and what it needs if it cannot continue by itself. */
export function describeState(
  run: RunHandle,
  { elicitation }: ClientCapabilities,
  context: ServerContext,
) {
  const output = toRunProgress(toStatusDocument(run.state));
  const gates = gatesToAnswer(run);
  const isWaiting = gates.length > 0 || isAbandoned(run, context);
  const next = isWaiting ? `\n${describeNeeded(gates, elicitation !== undefined)}` : '';
  const lines = output.tasks.map(
    ({ id, status, percent, message }) => `${id} ${status} ${percent}% ${message}`,
  );
  const head = `run ${output.run} is ${output.status}: ${output.message}${next}`;
  return success({ ...output, message: `${output.message}${next}` }, [head, ...lines].join('\n'));
}

/** `swarm_result`. */
export function resultTool(runs: RunLookup): Tool {
  return defineTool(
    {
      name: 'swarm_result',
      title: 'Read the outcome of a run',
      description: 'Summary of a run, or the report of one task.',
      annotations: READS,
      input: resultInput,
      output: resultOutput,
    },
    ({ run: name, task, maxChars }) => {
      const run = runs.find(name);
      // A failed run is not an error of the call that reads it.
      return task === undefined
        ? { ...runResult(run, maxChars), isError: false }
        : taskResult(run, task, maxChars);
    },
  );
}

/** `swarm_list`. */
export function listTool(context: ServerContext): Tool {
  return defineTool(
    {
      name: 'swarm_list',
      title: 'List runs',
      description: 'The runs of this project, newest first.',
      annotations: READS,
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
