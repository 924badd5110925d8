import type { Engine } from 'claude-code';
import type { StatusDocument } from '../../run/status-schema.ts';
import { notificationsBetween } from '../run-view.ts';
import { outcomeLine } from '../status-labels.ts';
import { findRoot } from './find-root.ts';
import { openPane } from './open-pane.ts';
import { isUnfinished, paneState, type SubscribedRun, shownRuns } from './pane-state.ts';
import { reportMeasure } from './report-measure.ts';

const RUN_ID = /^\d{8}-\d{6}-[0-9a-z]+$/;

/**
 * Subscribes to the runs of this repository if one of them is unfinished. Without an active run
 * this costs one look at a directory.
 */
export async function subscribeRuns($: Engine): Promise<void> {
  if (paneState.isSubscribed) return;
  paneState.isSubscribed = true;
  let isNeeded = false;
  try {
    const cwd = await $.session.cwd();
    isNeeded = await hasUnfinishedRun($, await findRoot($, cwd));
    if (isNeeded) void readUpdates($, cwd);
  } finally {
    if (!isNeeded) paneState.isSubscribed = false;
  }
}

async function hasUnfinishedRun($: Engine, root: string): Promise<boolean> {
  const active = `${root}/.swarm/open`;
  if (!(await $.fs.exists(active))) return false;
  for (const { name } of await $.fs.list(active)) {
    if (RUN_ID.test(name) && (await isUnfinishedOnDisk($, `${root}/.swarm/runs/${name}`)))
      return true;
  }
  return false;
}

/** A run without its status document counts as unfinished: `swarm watch` writes the document again. */
async function isUnfinishedOnDisk($: Engine, dir: string): Promise<boolean> {
  try {
    const status: StatusDocument = JSON.parse(await $.fs.read(`${dir}/status.json`));
    return status.endedAt === null;
  } catch {
    return $.fs.exists(`${dir}/ledger.jsonl`);
  }
}

/** Reads the states of all active runs from a `swarm watch` process until every run has ended. */
async function readUpdates($: Engine, cwd: string): Promise<void> {
  const clock = $.clock.every(1_000, () => redrawTimes($));
  const costs = $.clock.every(15_000, () => measureCosts($));
  let rest = '';
  let errors = '';
  try {
    paneState.trouble = null;
    const argv = [`${$.plugin.root}/bin/swarm`, 'watch', '--all', '--json', '--of-session'];
    for await (const { stream, text } of $.process.spawn({ argv, cwd })) {
      if (stream === 'stderr') {
        errors = (errors + text).slice(-500);
        continue;
      }
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) await applyUpdate($, line);
    }
  } catch (error) {
    errors = String(error);
  }
  for (const one of [clock, costs]) {
    if (typeof one === 'function') one();
    else one.cancel();
  }
  paneState.isSubscribed = false;
  if (shownRuns().some(isUnfinished)) paneState.trouble = errors.trim() || 'swarm watch has exited';
  $.ui.invalidate('ui.render');
}

/** A budget in dollars holds while agents work, and not only when one of them has ended. */
function measureCosts($: Engine): void {
  const isLimited = ({ status }: SubscribedRun) => (status.budget?.usd ?? null) !== null;
  if (shownRuns().some((run) => isUnfinished(run) && run.atWork && isLimited(run))) {
    void reportMeasure($, []).catch(() => {});
  }
}

/** Only the pane shows running times, and only those of unfinished runs change. */
function redrawTimes($: Engine): void {
  if (paneState.pane !== 'closed' && shownRuns().some((run) => isUnfinished(run) && run.atWork)) {
    $.ui.invalidate('ui.render');
  }
}

async function applyUpdate($: Engine, line: string): Promise<void> {
  const { status, ...rest } = JSON.parse(line) as Omit<SubscribedRun, 'status'> & {
    status: StatusDocument | null;
  };
  const before = paneState.runs.get(rest.run);
  // A run that ended before it was first seen is not news; its summary can be read.
  if (!before && status?.endedAt) return;
  if (status) paneState.runs.set(rest.run, { ...rest, status });
  else paneState.runs.delete(rest.run);
  // `/clear` starts another session, which takes the run over.
  paneState.session = await $.session.id();
  $.ui.invalidate('ui.render');
  if (status && rest.wakes) await wake($, status);
  if (status && before) {
    for (const text of notificationsBetween(before.status, status)) $.ui.toast(text);
  } else if (status) {
    paneState.run = null;
    await openPane($);
    // A small terminal may have room for neither the pane nor the line above the prompt.
    if (paneState.pane === 'waiting') $.ui.toast(`swarm: ${outcomeLine(status)}. /swarm shows it`);
  }
}

/** Has Claude read the result of a run that a schedule or webhook started. */
async function wake($: Engine, { run, status, startedBy }: StatusDocument): Promise<void> {
  if (!startedBy) return;
  const { trigger, name } = startedBy;
  const text = `The run ${run}, which the ${trigger} ${name} started, is ${status}. Read its result with \`swarm summary ${run}\` and tell me what matters.`;
  await $.prompt.submit({ text });
}
