import type { LedgerEvent } from '../ledger/events.ts';
import { affectedTasks } from '../run/affected-tasks.ts';
import { dueMessages, dueNotifications, dueTrace } from '../run/notifications.ts';
import type { Host } from './host.ts';
import { lateConfig } from './late-config.ts';
import { writeProjections } from './projections.ts';
import { assignReport, hasReport, isUnassignedReport, reportFileName } from './reports.ts';
import { appendToRun, type RunHandle } from './run-handle.ts';
import { markActive } from './run-index.ts';
import { wantedEvents } from './wanted-events.ts';

/**
 * Changes a run; nothing else may. It appends the events, reads the new part of the ledger, names
 * reports after their task once that is known, updates the marker of unfinished runs, writes
 * projections now or later, and sends notifications.
 * @param run updated in place; the order in the ledger decides, so check the state afterwards to
 *   see whether the events had the intended effect
 * @throws when the ledger cannot be written
 */
export function commit(run: RunHandle, events: readonly LedgerEvent[], host: Host): void {
  // A hook that finds no marker assumes the run has finished and lets its agents pass.
  if (events.some(({ event }) => event === 'attempt.launched')) markActive(run.paths);
  appendToRun(run, events);
  const assigned = assignReports(run, host);
  if (assigned.length > 0) appendToRun(run, assigned);
  // Touched after the append: a watcher of the markers must see the run's new state.
  if (events.some(revives)) markActive(run.paths);
  const tasks = affectedTasks(run.state, [...events, ...assigned]);
  if (host.defer) host.defer(run, tasks);
  else publish(run, tasks, host);
}

/**
 * Writes the projections of a run's ledger, and sends notifications that are due.
 * @param tasks ids of the tasks whose checkpoint files changed
 */
export function publish(
  run: RunHandle,
  tasks: Iterable<string>,
  host: Pick<Host, 'notify' | 'isTraced'>,
): void {
  writeProjections(run, tasks);
  if (isAnyoneNotified(run) || (host.isTraced && dueTrace(run.state))) host.notify(run.paths);
}

/** Whether there is something new for the notify command or for other programs. */
function isAnyoneNotified({ paths: { root }, state }: RunHandle): boolean {
  if (dueNotifications(state, 'command').length > 0 && hasNotifyCommand(root)) return true;
  const wanted = wantedEvents(root);
  return wanted.size > 0 && dueMessages(state, wanted).length > 0;
}

/** Events after which a run that had ended continues. */
const REVIVING: ReadonlySet<LedgerEvent['event']> = new Set([
  'retry.requested',
  'rerun.requested',
  'task.added',
  'budget.raised',
]);

/** Whether an event revives a run that had ended or was waiting for a person. */
function revives(event: LedgerEvent): boolean {
  if (event.event === 'gate.approved' || event.event === 'gate.denied')
    return event.where === 'command-line';
  return REVIVING.has(event.event);
}

/** Assigns reports that were stored under an agent's id, once the agent's task is known. */
function assignReports(run: RunHandle, host: Host): LedgerEvent[] {
  return [...run.state.attempts.values()].flatMap((attempt): LedgerEvent[] => {
    const { report } = attempt;
    if (!report || !isUnassignedReport(report) || !hasReport(run.paths, report)) return [];
    return [
      {
        event: 'report.stored',
        at: host.now(),
        task: attempt.task,
        attempt: attempt.id,
        report: assignReport(run.paths, report, reportFileName(run, attempt)),
        abstract: attempt.abstract ?? '',
      },
    ];
  });
}

function hasNotifyCommand(root: string): boolean {
  try {
    return lateConfig(root).notify?.command !== undefined;
  } catch {
    // A bad configuration was reported when the run was created.
    return false;
  }
}
