import { readConfig } from '../config/read-config.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { affectedTasks } from '../run/affected-tasks.ts';
import { dueNotifications } from '../run/notifications.ts';
import type { Host } from './host.ts';
import { writeProjections } from './projections.ts';
import { assignReport, hasReport, isUnassignedReport, reportFileName } from './reports.ts';
import { appendToRun, type RunHandle } from './run-handle.ts';
import { markActive } from './run-index.ts';

/**
 * Changes a run. This is the only way to: it appends the events, reads the ledger on, gives reports
 * that came before their task was known the task's name, keeps the marker of unfinished runs, writes
 * the files that are derived, now or later, and has people notified.
 * @param run brought up to date in place; the ledger's order decides, so look at the state after
 *   this to see whether the events had the effect that they were meant to have
 * @throws when the ledger cannot be written
 */
export function commit(run: RunHandle, events: readonly LedgerEvent[], host: Host): void {
  // A hook that finds no marker takes the run for finished and lets its agents pass.
  if (events.some(({ event }) => event === 'attempt.launched')) markActive(run.paths);
  appendToRun(run, events);
  const assigned = assignReports(run, host);
  if (assigned.length > 0) appendToRun(run, assigned);
  // Touched after the append: who watches the markers must find the run moving.
  if (events.some(revives)) markActive(run.paths);
  const tasks = affectedTasks(run.state, [...events, ...assigned]);
  if (host.defer) host.defer(run, tasks);
  else publish(run, tasks, host);
}

/**
 * Writes what is derived from a run's ledger, and has people notified of what is due.
 * @param tasks whose checkpoint files changed
 */
export function publish(run: RunHandle, tasks: Iterable<string>, host: Pick<Host, 'notify'>): void {
  writeProjections(run, tasks);
  if (dueNotifications(run.state, 'command').length > 0 && hasNotifyCommand(run.paths.root)) {
    host.notify(run.paths);
  }
}

/** Whether an event makes a run move again that had ended or waited for a person. */
function revives(event: LedgerEvent): boolean {
  if (event.event === 'gate.approved' || event.event === 'gate.denied')
    return event.where === 'command-line';
  return event.event === 'retry.requested';
}

/** Reports that were stored under an agent's id get the name of the task, once that is known. */
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
    return readConfig(root).notify !== undefined;
  } catch {
    // A bad configuration was reported when the run was opened.
    return false;
  }
}
