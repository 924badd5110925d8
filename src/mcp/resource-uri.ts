import { runId } from '../ledger/events.ts';
import { taskId } from '../plan/plan-schema.ts';

/** The parts of a run that a client can read. */
export type RunUri = { run: string; task: string | null };

export function reportUri(run: string, task: string): string {
  return `swarm://runs/${run}/reports/${task}`;
}

/** Accepts only valid ids, because they become parts of paths. @returns null for other URIs */
export function parseRunUri(uri: string): RunUri | null {
  const [, run = '', what = ''] = /^swarm:\/\/runs\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!runId.safeParse(run).success) return null;
  if (what === 'summary') return { run, task: null };
  const [, task = ''] = /^reports\/([^/]+)$/.exec(what) ?? [];
  return taskId.safeParse(task).success ? { run, task } : null;
}
