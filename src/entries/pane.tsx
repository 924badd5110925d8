import type { On } from 'claude-code';
import { drawAgentRow } from '../view/pane/agent-row.tsx';
import { drawBanner } from '../view/pane/banner.tsx';
import { findRoot } from '../view/pane/find-root.ts';
import { openPane, PANE } from '../view/pane/open-pane.ts';
import { drawPane } from '../view/pane/pane.tsx';
import { isWorking, paneState, shownRun } from '../view/pane/pane-state.ts';
import { subscribeRuns } from '../view/pane/subscribe-runs.ts';

/**
 * The live view of runs, in Claude Code's own interface. It shows and calls the plugin's own
 * commands; what a run is and does is decided without it, so a client that loads no modules loses
 * the view and nothing else.
 */
export function register(on: On): void {
  // Where a run may have begun. Each is one look at `.swarm/open`, and none while one is followed.
  on('session.start', async ($, event, next) => {
    if (event.isInteractive) await subscribeRuns($);
    return next(event);
  });
  on('session.attach', async ($, event, next) => {
    await subscribeRuns($);
    return next(event);
  });
  on('turn.complete', async ($, event, next) => {
    if ((await $.session.surfaces()).length > 0) await subscribeRuns($);
    return next(event);
  });
  on('agent.spawn', async ($, event, next) => {
    const result = await next(event);
    if ((await $.session.surfaces()).length > 0) await subscribeRuns($);
    return result;
  });

  // Runs that are opened here or elsewhere: the client watches the directory for us. To look at each
  // Bash call instead would add to all of them. It sees a directory that is made later only where
  // the one above it was there.
  on('classic.SessionStart', async ($, event, next) => {
    const result: { watchPaths?: readonly string[] } = await next(event);
    if ((await $.session.surfaces()).length === 0) return result;
    const swarm = `${await findRoot($, event.cwd)}/.swarm`;
    const paths = (await $.fs.exists(swarm)) ? [`${swarm}/open`] : [swarm];
    return { ...result, watchPaths: [...(result.watchPaths ?? []), ...paths] };
  });
  on('classic.FileChanged', async ($, event, next) => {
    if (event.file_path.includes('/.swarm/open/')) await subscribeRuns($);
    return next(event);
  });

  on('command.run', { command: 'swarm-parallel:swarm-status' }, async ($, event, next) => {
    await subscribeRuns($);
    const isDrawn = (await $.session.surfaces()).length > 0;
    // A run that is named, and one that nobody follows, are for Claude to tell of.
    if (!isDrawn || event.args.trim() !== '' || !shownRun()) return next(event);
    await openPane($);
    return { text: 'The swarm pane is open.', isTextDisplayOnly: true };
  });

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
    const isWanted = paneState.pane === 'waiting' && run !== undefined && isWorking(run);
    return (isWanted && (await drawBanner($, event))) || next(event);
  });
}
