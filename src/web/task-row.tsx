import { Component, h } from 'preact';
import type { TaskStatusEntry } from '../run/status-schema.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { TaskDetails } from '../view/page/task-details.ts';
import { attemptText, statusLabel } from '../view/status-labels.ts';
import { taskTime } from '../view/task-time.ts';
import { ProgressMeter } from './progress-meter.tsx';
import { StatusMark } from './status-mark.tsx';
import { TaskBody } from './task-body.tsx';

export interface TaskRowProps {
  run: string;
  task: TaskStatusEntry;
  /** Whether other tasks need it. */
  isNeeded: boolean;
  details: TaskDetails | undefined;
  /** Milliseconds since the epoch; null while no time runs, so that the row stays as it is. */
  now: number | null;
}

/** One task in a line that opens to its details. */
export class TaskRow extends Component<TaskRowProps> {
  /** A run may have 500 of them, of which one has changed. */
  override shouldComponentUpdate(next: TaskRowProps): boolean {
    const { task, details, now } = this.props;
    return next.task !== task || next.details !== details || next.now !== now;
  }

  override render({ run, task, isNeeded, details, now }: TaskRowProps) {
    const { id, status, percent, warnings } = task;
    const text = stripControlCharacters(attemptText(task));
    return (
      <details class={`task ${status}`} id={`task-${id}`}>
        <summary>
          <StatusMark status={status} label={labelOf(task)} />
          <code class="id">{id}</code>
          <ProgressMeter share={percent / 100} label={`Progress of ${id}`} status={status} />
          <span class="percent">{percent}%</span>
          <span class="time">{taskTime(task, now)}</span>
          <span class="text">
            {text}
            {warnings.length > 0 && <span class="warning"> has warnings</span>}
          </span>
        </summary>
        {details && (
          <TaskBody run={run} task={task} isNeeded={isNeeded} details={details} now={now} />
        )}
      </details>
    );
  }
}

function labelOf({ status, verified }: TaskStatusEntry): string {
  return status === 'completed' && verified ? 'verified' : statusLabel(status);
}
