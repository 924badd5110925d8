import { runId } from '../ledger/events.ts';
import { taskId } from '../plan/plan-schema.ts';

/** What of a run a client can read. */
export type RunUri = { run: string; task: string | null };

export function summaryUri(run: string): string {
  return `swarm://runs/${run}/summary`;
}

export function reportUri(run: string, task: string): string {
  return `swarm://runs/${run}/reports/${task}`;
}

/** Ids become parts of paths, so nothing but an id is taken for one. @returns null for any other */
export function parseRunUri(uri: string): RunUri | null {
  const [, run = '', what = ''] = /^swarm:\/\/runs\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!runId.safeParse(run).success) return null;
  if (what === 'summary') return { run, task: null };
  const [, task = ''] = /^reports\/([^/]+)$/.exec(what) ?? [];
  return taskId.safeParse(task).success ? { run, task } : null;
}
