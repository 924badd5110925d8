import type { Engine, On } from 'claude-code';
import { drawAgentRow } from '../view/pane/agent-row.tsx';
import { drawBanner } from '../view/pane/banner.tsx';
import { findRoot } from '../view/pane/find-root.ts';
import { openPane, PANE } from '../view/pane/open-pane.ts';
import { drawPane } from '../view/pane/pane.tsx';
import { isUnfinished, paneState, shownRun } from '../view/pane/pane-state.ts';
import { reportMeasure } from '../view/pane/report-measure.ts';
import { subscribeRuns } from '../view/pane/subscribe-runs.ts';

/**
 * Shows runs live in Claude Code's own interface. It only displays runs and calls the plugin's
 * commands, so a client that does not load modules loses the display and nothing else.
 */
export function register(on: On): void {
  subscribeWhenRunsMayStart(on);
  watchDirectoryOfRuns(on);
  showOnStatusCommand(on);
  draw(on);
  measure(on);
}

/** After each turn of the conversation, and when the account's limits move. */
function measure(on: On): void {
  on('session.measure', async ($, event, next) => {
    void reportMeasure($, event.rateLimits).catch(() => {});
    return next(event);
  });
}

async function hasInterface($: Engine): Promise<boolean> {
  return (await $.session.surfaces()).length > 0;
}

/** Each of these moments costs one look at `.swarm/open`, and nothing while subscribed. */
function subscribeWhenRunsMayStart(on: On): void {
  on('session.start', async ($, event, next) => {
    if (event.isInteractive) await subscribeRuns($);
    return next(event);
  });
  on('session.attach', async ($, event, next) => {
    await subscribeRuns($);
    return next(event);
  });
  on('turn.complete', async ($, event, next) => {
    if (await hasInterface($)) await subscribeRuns($);
    return next(event);
  });
  on('agent.spawn', async ($, event, next) => {
    const result = await next(event);
    if (await hasInterface($)) await subscribeRuns($);
    return result;
  });
}

/**
 * Has the client watch the directory of active runs, for runs that start here or elsewhere. Looking
 * after each Bash call would slow down all of them. The client notices a directory that is created
 * later only if its parent existed.
 */
function watchDirectoryOfRuns(on: On): void {
  on('classic.SessionStart', async ($, event, next) => {
    const result: { watchPaths?: readonly string[] } = await next(event);
    if (!(await hasInterface($))) return result;
    const swarm = `${await findRoot($, event.cwd)}/.swarm`;
    const paths = (await $.fs.exists(swarm)) ? [`${swarm}/open`] : [swarm];
    return { ...result, watchPaths: [...(result.watchPaths ?? []), ...paths] };
  });
  on('classic.FileChanged', async ($, event, next) => {
    if (event.file_path.includes('/.swarm/open/')) await subscribeRuns($);
    return next(event);
  });
}

/**
 * `/swarm` and `/swarm-status` open the pane. Claude answers for a named run, or when no run is
 * shown.
 */
function showOnStatusCommand(on: On): void {
  for (const command of ['swarm-parallel:swarm', 'swarm-parallel:swarm-status']) {
    on('command.run', { command }, async ($, event, next) => {
      await subscribeRuns($);
      const canShow = (await hasInterface($)) && event.args.trim() === '' && shownRun();
      if (!canShow) return next(event);
      await openPane($);
      return { text: 'The swarm pane is open.', isTextDisplayOnly: true };
    });
  }
}

function draw(on: On): void {
  on('ui.close', async ($, event, next) => {
    const result = await next(event);
    if (event.id === PANE) {
      paneState.pane = 'closed';
      $.ui.invalidate('ui.render');
    }
    return result;
  });
  on('ui.render', { component: 'Pane', requestId: 'swarm' }, ($, event) => {
    paneState.pane = 'placed';
    return drawPane($, event);
  });
  on('ui.render', { component: 'AgentRow' }, async ($, event, next) => {
    return (await drawAgentRow($, event)) ?? next(event);
  });
  on('ui.render', { component: 'AbovePrompt' }, async ($, event, next) => {
    const run = shownRun();
    const isWanted = paneState.pane === 'waiting' && run !== undefined && isUnfinished(run);
    return (isWanted && (await drawBanner($, event))) || next(event);
  });
}
