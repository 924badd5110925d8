import { type ComponentChildren, h } from 'preact';
import type { TaskStatusEntry } from '../run/status-schema.ts';
import { formatUsage } from '../run/usage.ts';
import { formatDuration, plural } from '../text/format.ts';
import { describeTaskWarnings } from '../view/describe-warnings.ts';
import type { TaskDetails } from '../view/page/task-details.ts';
import { ActionForm, actionPath } from './action-form.tsx';
import { TaskHistory } from './task-history.tsx';
import { Warnings } from './warnings.tsx';

interface TaskBodyProps {
  run: string;
  task: TaskStatusEntry;
  /** Whether other tasks need it. */
  isNeeded: boolean;
  details: TaskDetails;
  now: number | null;
}

/** Everything that is known of a task, and what can be done about it. */
export function TaskBody({ run, task, isNeeded, details, now }: TaskBodyProps) {
  return (
    <div class="body">
      <p class="title">{task.title}</p>
      <TaskActions run={run} task={task} isNeeded={isNeeded} />
      <Facts task={task} details={details} />
      <Checks run={run} task={task} />
      <TaskHistory details={details} now={now} />
    </div>
  );
}

function TaskActions({ run, task, isNeeded }: Omit<TaskBodyProps, 'details' | 'now'>) {
  const { id, status, result, agentId } = task;
  const mayCancel = status === 'working' || status === 'pending' || status === 'input_required';
  const mayRetry = status === 'failed' || status === 'cancelled';
  return (
    <div class="buttons">
      {result !== null && (
        <a class="button" href={`/runs/${run}/tasks/${id}/report`}>
          Report
        </a>
      )}
      {agentId !== null && (
        <a class="button" href={`/runs/${run}/tasks/${id}/transcript`}>
          Transcript
        </a>
      )}
      {mayRetry && (
        <ActionForm
          to={actionPath(run, id, 'retry')}
          label="Retry"
          spoken={`Retry ${id}`}
          kind="main"
        />
      )}
      {status === 'completed' && (
        <ActionForm
          to={actionPath(run, id, 'rerun')}
          label="Rerun…"
          spoken={`Rerun ${id}…`}
          question={`Do ${id} again? Its report stays until there is a new one.`}
        />
      )}
      {status === 'completed' && isNeeded && (
        <ActionForm
          to={actionPath(run, id, 'rerun-with-dependents')}
          label="Rerun with dependents…"
          spoken={`Rerun with dependents… for ${id}`}
          question={`Do ${id} and all tasks that need it again?`}
        />
      )}
      {mayCancel && (
        <ActionForm
          to={actionPath(run, id, 'cancel')}
          label="Cancel…"
          spoken={`Cancel ${id}…`}
          question={`Cancel ${id}? Its agent stops at its next tool call.`}
        />
      )}
    </div>
  );
}

function Facts({ task, details }: Pick<TaskBodyProps, 'task' | 'details'>) {
  const { agent, tier, model, needs, usage, evidence, attempts, deniedTools = [] } = task;
  const warnings = [
    ...describeTaskWarnings(task),
    ...(deniedTools.length > 0 ? [`it was refused ${deniedTools.join(', ')}`] : []),
    ...details.undeclaredWrites.map((path) => `it changed ${path}, which it does not declare`),
  ];
  return (
    <div>
      <Warnings texts={warnings} />
      <dl class="facts">
        <Fact name="Agent">{[agent, model].filter(Boolean).join(', ')}</Fact>
        <Fact name="Machine">{task.machine}</Fact>
        <Fact name="Tier">{tier}</Fact>
        <Fact name="Attempts">{attempts > 0 ? String(attempts) : null}</Fact>
        <Fact name="Needs">{needs.length > 0 ? <TaskLinks ids={needs} /> : null}</Fact>
        <Fact name="Writes">{details.writes.length > 0 ? details.writes.join(', ') : null}</Fact>
        <Fact name="Used">{usage && formatUsage(usage)}</Fact>
        <Fact name="Tool calls">{evidence && describeCalls(evidence.toolCalls)}</Fact>
        <Fact name="Changed">{evidence && describeFiles(evidence.filesChanged)}</Fact>
        <Fact name="Branch">{details.branch && describeBranch(details)}</Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children?: ComponentChildren }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TaskLinks({ ids }: { ids: readonly string[] }) {
  return (
    <span>
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <a href={`#task-${id}`}>{id}</a>
        </span>
      ))}
    </span>
  );
}

function describeCalls(calls: Readonly<Record<string, number>>): string {
  const entries = Object.entries(calls).map(([tool, count]) => `${tool} ${count}`);
  return entries.length > 0 ? entries.join(', ') : 'none';
}

/** Files beyond this number are counted, not listed. */
const MAX_FILES = 12;

function describeFiles(files: readonly string[]): string {
  if (files.length === 0) return 'no file';
  const more = files.length - MAX_FILES;
  return [...files.slice(0, MAX_FILES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function describeBranch({ branch, changes }: TaskDetails): string {
  if (!changes) return branch ?? '';
  const { files, insertions, deletions } = changes;
  return `${branch} (${plural(files, 'file')}, +${insertions} −${deletions})`;
}

function Checks({ run, task }: Pick<TaskBodyProps, 'run' | 'task'>) {
  if (task.checks.length === 0) return null;
  return (
    <div class="checks">
      <h3>Checks</h3>
      <ul>
        {task.checks.map(({ command, exitCode, durationMs }) => (
          <li class={exitCode === 0 ? 'completed' : 'failed'}>
            <code>{command}</code> {exitCode === 0 ? 'passed' : describeExit(exitCode)} in{' '}
            {formatDuration(durationMs)}
          </li>
        ))}
      </ul>
      <a href={`/runs/${run}/tasks/${task.id}/checks`}>Output of the checks</a>
    </div>
  );
}

function describeExit(code: number | null): string {
  return code === null ? 'did not end' : `failed with exit code ${code}`;
}
