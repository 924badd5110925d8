import { findHubRun, findRepository, type HubContext, type Repository } from '../hub-context.ts';
import type { RunChange } from '../live/live-runs.ts';
import { toRunPageState, withChangedTasks } from '../live/run-state.ts';
import type { EventStreams } from './event-streams.ts';
import type { HubRequest } from './hub-env.ts';
import { problemOf } from './problem.ts';

/**
 * `/events`: one `run` event for each change of a run, with its row in the list. With `?run=` the
 * stream is about one run, and an event has its status document: the first one whole, the later ones
 * with the changed tasks alone. A removed run has a `removed` event, and a change of schedules or of
 * their history a `triggers` event.
 */
export function answerEvents(c: HubRequest, context: HubContext, streams: EventStreams): Response {
  const { repo, run } = c.req.query();
  try {
    if (run !== undefined) return streamRun(run, context, streams);
    const { repositories } = context;
    const among = repo === undefined ? repositories : [findRepository(repositories, repo)];
    return streamAll(among, context, streams);
  } catch (error) {
    return problemOf(c, error);
  }
}

function streamAll(
  repositories: readonly Repository[],
  { version }: HubContext,
  streams: EventStreams,
): Response {
  return streams.open((send) => {
    send('hello', { version });
    const stops = repositories.flatMap(({ name, live, triggers }) => [
      live.onChange(({ run, handle }) => {
        if (handle === null) send('removed', { repo: name, run });
        else send('run', { ...live.row(run), repo: name });
      }),
      triggers.onChange(() => send('triggers', { repo: name })),
    ]);
    return () => {
      for (const stop of stops) stop();
    };
  });
}

function streamRun(name: string, context: HubContext, streams: EventStreams): Response {
  const { repository, run } = findHubRun(context.repositories, name);
  const { run: id } = run.paths;
  return streams.open((send) => {
    send('hello', { version: context.version });
    let told = toRunPageState(repository, run);
    send('run', told);
    return repository.live.onChange((change: RunChange) => {
      if (change.run !== id) return;
      if (change.handle === null) return send('removed', { repo: repository.name, run: id });
      const after = toRunPageState(repository, change.handle);
      send('run', withChangedTasks(told, after));
      told = after;
    });
  });
}
