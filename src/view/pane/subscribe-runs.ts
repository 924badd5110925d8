import type { Engine } from 'claude-code';
import type { StatusDocument } from '../../run/status-schema.ts';
import { notificationsBetween } from '../run-view.ts';
import { findRoot } from './find-root.ts';
import { openPane } from './open-pane.ts';
import { isWorking, paneState, type SubscribedRun, shownRuns } from './pane-state.ts';

const RUN_ID = /^\d{8}-\d{6}-[0-9a-z]+$/;

/**
 * Begins to follow the runs of this repository if one of them works. Where none is open, this is
 * the look at one directory.
 */
export async function subscribeRuns($: Engine): Promise<void> {
  if (paneState.isFollowing) return;
  paneState.isFollowing = true;
  let isNeeded = false;
  try {
    const cwd = await $.session.cwd();
    isNeeded = await hasWorkingRun($, await findRoot($, cwd));
    if (isNeeded) void follow($, cwd);
  } finally {
    if (!isNeeded) paneState.isFollowing = false;
  }
}

async function hasWorkingRun($: Engine, root: string): Promise<boolean> {
  const open = `${root}/.swarm/open`;
  if (!(await $.fs.exists(open))) return false;
  for (const { name } of await $.fs.list(open)) {
    if (RUN_ID.test(name) && (await isUnfinished($, `${root}/.swarm/runs/${name}`))) return true;
  }
  return false;
}

/** A run whose document is gone is followed: that writes it again. */
async function isUnfinished($: Engine, dir: string): Promise<boolean> {
  try {
    const status: StatusDocument = JSON.parse(await $.fs.read(`${dir}/status.json`));
    return status.endedAt === null;
  } catch {
    return $.fs.exists(`${dir}/ledger.jsonl`);
  }
}

/** Reads the states of all open runs from a process until all of them have ended. */
async function follow($: Engine, cwd: string): Promise<void> {
  const clock = $.clock.every(1_000, () => redrawClocks($));
  let rest = '';
  let told = '';
  try {
    paneState.trouble = null;
    const argv = [`${$.plugin.root}/bin/swarm`, 'watch', '--all', '--json'];
    for await (const { stream, text } of $.process.spawn({ argv, cwd })) {
      if (stream === 'stderr') {
        told = (told + text).slice(-500);
        continue;
      }
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) await takeIn($, line);
    }
  } catch (error) {
    told = String(error);
  }
  if (typeof clock === 'function') clock();
  else clock.cancel();
  paneState.isFollowing = false;
  if (shownRuns().some(isWorking)) paneState.trouble = told.trim() || 'swarm watch has ended';
  $.ui.invalidate('ui.render');
}

/** Only what is at work has a time that runs, and only a pane shows it. */
function redrawClocks($: Engine): void {
  if (paneState.pane !== 'closed' && shownRuns().some(isWorking)) $.ui.invalidate('ui.render');
}

async function takeIn($: Engine, line: string): Promise<void> {
  const { status, ...rest } = JSON.parse(line) as Omit<SubscribedRun, 'status'> & {
    status: StatusDocument | null;
  };
  const before = paneState.runs.get(rest.run);
  // What had ended before anybody could look is not news; its summary is there to be read.
  if (!before && status?.endedAt) return;
  if (status) paneState.runs.set(rest.run, { ...rest, status });
  else paneState.runs.delete(rest.run);
  // After a /clear it is another one, which has adopted the run.
  paneState.session = await $.session.id();
  $.ui.invalidate('ui.render');
  if (status && before) {
    for (const notice of notificationsBetween(before.status, status)) $.ui.toast(notice);
  } else if (status) {
    paneState.run = null;
    await openPane($);
  }
}
