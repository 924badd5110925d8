import { configComplaints } from '../../config/read-config.ts';
import { SwarmError } from '../../errors/swarm-error.ts';
import { quote, type ValidationIssue } from '../../errors/validation-issue.ts';
import type { Plan, Task } from '../../plan/plan-schema.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { taskStatuses } from '../../run/task-status.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { redactSecrets } from '../../text/redact-secrets.ts';
import { judgePlan, type Submission } from './judge-plan.ts';

/** The outcome of submitting a plan for a run that is open. */
export type AmendResult =
  | { outcome: 'invalid'; findings: ValidationIssue[]; complaints: string[] }
  | { outcome: 'valid' | 'amended'; added: string[]; changed: string[] };

/**
 * Adds tasks to a run and changes those with which no agent has begun. Tasks that the plan does not
 * name stay as they are.
 * @param options.isCheck only finds out what would be done
 * @throws {SwarmError} if the run has ended
 */
export function amendRun(
  run: RunHandle,
  source: string,
  { isCheck, ...submission }: Submission & { isCheck: boolean; host: Host },
): AmendResult {
  const { host } = submission;
  const { state, paths } = run;
  if (isEnded(toStatusDocument(state).status)) {
    throw new SwarmError(`run ${paths.run} has ended; create a run of its own from the plan`);
  }
  const { plan, findings } = judgePlan(source, submission, openTasks(run));
  const complaints = configComplaints(host.root);
  if (!plan) return { outcome: 'invalid', findings, complaints };
  const differing = plan.tasks
    .map((task) => ({ ...task, title: redactSecrets(task.title) }))
    .filter((task) => differences(task, state.tasks.get(task.id)?.plan).length > 0);
  const refused = [...fixedFields(run, plan), ...begunTasks(run, plan, differing)];
  if (refused.length > 0) return { outcome: 'invalid', findings: refused, complaints };
  const [added, changed] = [false, true].map((isKnown) =>
    differing.filter(({ id }) => state.tasks.has(id) === isKnown),
  ) as [Task[], Task[]];
  const ids = { added: added.map(({ id }) => id), changed: changed.map(({ id }) => id) };
  if (isCheck) return { outcome: 'valid', ...ids };
  const at = host.now();
  const events = [
    ...added.map((task) => ({ event: 'task.added', at, added: task }) as const),
    ...changed.map((task) => ({ event: 'task.changed', at, changed: task }) as const),
  ];
  if (events.length > 0) commit(run, events, host);
  // An agent may have begun meanwhile: the order in the ledger decides.
  const late = begunTasks(run, plan, changed);
  if (late.length > 0) return { outcome: 'invalid', findings: late, complaints };
  return { outcome: 'amended', ...ids };
}

function openTasks({ state }: RunHandle) {
  const ended = [...taskStatuses(state)].filter(([, status]) => ENDED.has(status));
  const tasks = [...state.tasks.values()].map(({ plan }) => plan);
  return { tasks, ended: new Set(ended.map(([id]) => id)) };
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

const FIELDS = [
  ...(['title', 'agent', 'tier', 'needs', 'writes', 'budgetUsd', 'model', 'effort'] as const),
  ...(['check', 'brief'] as const),
];

/** The fields in which a task differs from what the run has; all of them for a new one. */
function differences(task: Task, known: Task | undefined): string[] {
  return FIELDS.filter((field) => JSON.stringify(task[field]) !== JSON.stringify(known?.[field]));
}

/** Tasks with which an agent has begun, and which the plan describes in another way. */
function begunTasks(
  { state }: RunHandle,
  plan: Plan,
  differing: readonly Task[],
): ValidationIssue[] {
  return differing.flatMap((task) => {
    const known = state.tasks.get(task.id);
    if (!known || known.attempts.length === 0) return [];
    const fields = differences(task, known.plan);
    if (fields.length === 0) return [];
    const index = plan.tasks.findIndex(({ id }) => id === task.id);
    const expected = `"${task.id}" as it is in the run, because an agent has begun with it`;
    const found = `another ${fields.join(', ')}`;
    return { code: 'task-begun', line: null, path: `tasks[${index}]`, expected, found };
  });
}

/** What belongs to the run as a whole, and cannot change. Left out, it stays as it is. */
function fixedFields({ state }: RunHandle, plan: Plan): ValidationIssue[] {
  const { opened } = state;
  const goal = redactSecrets(plan.goal);
  const fixed = [
    ['goal', goal, opened.goal, false],
    ['quorum', plan.quorum, opened.quorum, plan.quorum === 'all'],
    ['budgetUsd', plan.budgetUsd, opened.budgetUsd, plan.budgetUsd === undefined],
    ['budgetTokens', plan.budgetTokens, opened.budgetTokens, plan.budgetTokens === undefined],
    ['check', plan.check, opened.check, plan.check.length === 0],
    ['context', plan.context, opened.context, plan.context === ''],
  ] as const;
  return fixed.flatMap(([path, found, known, isLeftOut]) =>
    isLeftOut || JSON.stringify(found) === JSON.stringify(known)
      ? []
      : {
          ...{ code: 'fixed', line: null, path },
          expected: `what the run began with: ${quote(known)}`,
          found: quote(found),
        },
  );
}
