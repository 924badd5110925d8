import type { Usage } from '../../ledger/events.ts';
import { type Attempt, failureOf } from '../attempt.ts';
import { modelOf } from '../cost/model-of.ts';
import type { RunState, TaskState } from '../run-state.ts';
import { toStatusDocument } from '../status-document.ts';
import type { TaskStatusEntry } from '../status-schema.ts';
import { usageOfAttempt } from '../usage.ts';
import { spanIdOf, type TraceContext } from './trace-context.ts';

/** One span of OpenTelemetry. Times are ISO 8601. */
export interface Span {
  name: 'swarm.run' | 'swarm.task' | 'swarm.attempt';
  traceId: string;
  spanId: string;
  parentId: string | null;
  startedAt: string;
  endedAt: string;
  /** Those that are undefined are left out. */
  attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Why it failed, such as `timeout`; null if it did not. */
  error: string | null;
  events: readonly { at: string; name: string; attributes: Span['attributes'] }[];
}

/**
 * The spans of an ended run: the run, its tasks, and their attempts. They hold ids, states and
 * counts, and nothing that a person or an agent wrote.
 */
export function spansOfRun(state: RunState, { traceId, parentId }: TraceContext): Span[] {
  const status = toStatusDocument(state);
  const { run } = status;
  const runSpan: Span = {
    ...{ name: 'swarm.run', traceId, spanId: spanIdOf(run), parentId },
    startedAt: status.startedAt,
    endedAt: status.endedAt ?? state.lastEventAt,
    attributes: {
      'swarm.run.id': run,
      'swarm.run.status': status.status,
      'swarm.run.tasks': status.tasks.length,
      'swarm.run.tasks.completed': status.counts.completed,
      'swarm.run.verified': status.verified ?? undefined,
      'swarm.run.cost_usd': status.usage?.costUsd ?? undefined,
    },
    error: status.status === 'completed' ? null : status.status,
    events: [],
  };
  const ofTasks = status.tasks.flatMap((entry) => {
    const task = state.tasks.get(entry.id);
    return task ? spansOfTask(state, task, { entry, runSpan }) : [];
  });
  return [runSpan, ...ofTasks];
}

/** None for a task that was never begun. */
function spansOfTask(
  state: RunState,
  task: TaskState,
  { entry, runSpan }: { entry: TaskStatusEntry; runSpan: Span },
): Span[] {
  const [first] = task.attempts;
  if (!first) return [];
  const taskSpan: Span = {
    ...{ name: 'swarm.task', traceId: runSpan.traceId, parentId: runSpan.spanId },
    spanId: spanIdOf(runSpan.spanId, entry.id),
    startedAt: first.launchedAt,
    endedAt: entry.endedAt ?? task.attempts.at(-1)?.end?.at ?? runSpan.endedAt,
    attributes: {
      'swarm.task.id': entry.id,
      'swarm.task.status': entry.status,
      'swarm.task.tier': entry.tier,
      'swarm.task.attempts': entry.attempts,
      'swarm.task.verified': entry.verified ?? undefined,
      'swarm.task.warnings': entry.warnings.join(',') || undefined,
      'gen_ai.agent.name': entry.agent,
    },
    error: entry.status === 'completed' ? null : (entry.error?.category ?? entry.status),
    events: [],
  };
  const asked = modelOf(state, task.plan, state.supervision.options ?? undefined);
  return [taskSpan, ...task.attempts.map((attempt) => spanOfAttempt(attempt, taskSpan, asked))];
}

function spanOfAttempt(attempt: Attempt, parent: Span, model: string | null): Span {
  const { end, id } = attempt;
  return {
    ...{ name: 'swarm.attempt', traceId: parent.traceId, parentId: parent.spanId },
    spanId: spanIdOf(id),
    startedAt: attempt.startedAt ?? attempt.launchedAt,
    endedAt: end?.at ?? parent.endedAt,
    attributes: {
      'swarm.attempt.id': id,
      'swarm.attempt.number': attempt.number,
      'swarm.attempt.outcome': end?.outcome,
      'swarm.attempt.reused_from': attempt.reusedFrom ?? undefined,
      'gen_ai.request.model': model ?? undefined,
      'gen_ai.response.model': attempt.evidence?.model ?? undefined,
      ...usageAttributes(usageOfAttempt(attempt)),
    },
    error: errorOf(attempt),
    events: attempt.gates.map(({ at, rule, status }) => ({
      at,
      name: 'swarm.gate',
      attributes: { 'swarm.gate.rule': rule, 'swarm.gate.status': status },
    })),
  };
}

function errorOf(attempt: Attempt): string | null {
  const outcome = attempt.end?.outcome ?? null;
  return failureOf(attempt)?.category ?? (outcome === 'reported' ? null : outcome);
}

function usageAttributes(usage: Usage | null): Span['attributes'] {
  if (!usage) return {};
  return {
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheCreationTokens,
    'swarm.attempt.tool_calls': usage.toolCalls,
    'swarm.attempt.cost_usd': usage.costUsd ?? undefined,
  };
}
