import { statSync } from 'node:fs';
import type { ClientCapabilities } from '@modelcontextprotocol/server';
import { runId } from '../../ledger/events.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { isAbandoned } from '../../supervisor/needs-supervisor.ts';
import { runLine } from '../../view/run-progress.ts';
import { answerGate, gatesToAnswer } from '../answer-gate.ts';
import { type ElicitationForm, gateForm, readForm, resumeForm } from '../elicitation-forms.ts';
import type { RunLookup } from '../run-lookup.ts';
import { runResult } from '../run-result.ts';
import type { ServerContext } from '../server-context.ts';
import { spawnRun } from '../spawn-run.ts';
import { describeNeeded } from '../words/describe-needed.ts';
import type { Subscribable } from './subscriptions.ts';
import { type McpTask, type TaskStore, unknownTask } from './task-extension.ts';
import { watchTask } from './watch-task.ts';

const POLL_INTERVAL = 1_000;

/** Tasks that can be watched. */
interface RunTasks extends TaskStore {
  watch: Subscribable['task'];
}

/** Runs as tasks. A task has the id of its run, so any server of the project knows it. */
export function runTasks(runs: RunLookup, context: ServerContext): RunTasks {
  const find = (id: string): RunHandle => {
    const run = runId.safeParse(id).success ? runs.tryFind(id) : null;
    if (!run) throw unknownTask(`no run ${JSON.stringify(id.slice(0, 80))} is in this project`);
    if (isExpired(run, context.now())) {
      throw unknownTask(`task has expired; swarm_result still returns the outcome of run ${id}`);
    }
    return run;
  };
  return {
    get: (id, capabilities) => toTask(find(id), capabilities, context),
    update(id, responses) {
      const run = find(id);
      for (const waiting of gatesToAnswer(run)) {
        const response = responses[waiting.gate.id];
        if (response !== undefined) answerGate(run, waiting, response, context);
      }
      const choice = readForm(responses[goOnKey(run)]);
      if (choice === 'go-on' && isAbandoned(run, context)) spawnRun(run, {}, context);
      if (choice === 'cancel') cancelRun(run, null, context);
    },
    cancel: (id) => void cancelRun(find(id), null, context),
    watch(id, capabilities, onChange) {
      const see = (run: RunHandle) => toTask(run, capabilities, context);
      return watchTask(find(id), see, context, onChange);
    },
  };
}

/** A run as the client of a request sees it. */
export function toTask(
  run: RunHandle,
  capabilities: ClientCapabilities,
  context: ServerContext,
): McpTask {
  const status = toStatusDocument(run.state);
  const base = {
    taskId: run.paths.run,
    statusMessage: runLine(status),
    createdAt: status.startedAt,
    lastUpdatedAt: updatedAt(run),
    ttlMs: ttlOf(run, context.now()),
    pollIntervalMs: POLL_INTERVAL,
  };
  if (status.status === 'cancelled') return { ...base, status: 'cancelled' };
  if (status.status === 'completed' || status.status === 'failed') {
    // `failed` of the protocol is for its own errors; the result says that the run failed.
    return { ...base, status: 'completed', result: runResult(run) };
  }
  const inputRequests = formsOf(run, context);
  if (Object.keys(inputRequests).length === 0) return { ...base, status: 'working' };
  return capabilities.elicitation
    ? { ...base, status: 'input_required', inputRequests }
    : {
        ...base,
        status: 'working',
        statusMessage: `${base.statusMessage}. ${describeNeeded(gatesToAnswer(run), false)}`,
      };
}

/**
 * Milliseconds from the start of the run, as the extension counts. It grows until the run has
 * ended, so a run that is working or waiting for a person never expires.
 */
function ttlOf({ state }: RunHandle, now: string): number {
  const until = toStatusDocument(state).endedAt ?? now;
  return Date.parse(until) - Date.parse(state.opened.at) + state.opened.policy.mcp.taskTtl;
}

/**
 * Whether the run is no longer available as a task. Its files stay, and the reading tools find it.
 */
export function isExpired(run: RunHandle, now: string): boolean {
  return Date.parse(now) - Date.parse(run.state.opened.at) > ttlOf(run, now);
}

/** What a person must answer before the run can continue, by a key that stays with the question. */
function formsOf(run: RunHandle, context: ServerContext): Record<string, ElicitationForm> {
  const gates = gatesToAnswer(run).map((waiting) => [waiting.gate.id, gateForm(waiting)]);
  const { goal } = run.state.opened;
  const forms = isAbandoned(run, context)
    ? [[goOnKey(run), resumeForm(run.paths.run, goal)], ...gates]
    : gates;
  return Object.fromEntries(forms);
}

/**
 * Nothing is recorded while no process executes a run, so the key of the question stays the same.
 */
function goOnKey(run: RunHandle): string {
  return `go-on-${run.size}`;
}

function updatedAt({ paths }: RunHandle): string {
  return statSync(paths.ledger).mtime.toISOString();
}
