import { expect, it } from 'vitest';
import { makeHubApp } from '../../support/hub-app.ts';
import { BEARER } from '../../support/hub-process.ts';
import { at, completes, opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it('reports runs and tasks in the text format of Prometheus', async () => {
  await using dir = await makeTempDir();
  const [first = '', second = '', third = ''] = ['1', '2', '3'].map(
    (serial) => `20261122-181530-00000${serial}`,
  );
  storeRun(dir.path, [opened(['a'], { run: first }), ...completes('a')], first);
  storeRun(dir.path, [opened(['a', 'b'], { run: second }), ...completes('a')], second);
  storeRun(dir.path, [opened(['a'], { run: third, session: null })], third);
  await using hub = await makeHubApp([dir.path], { now: () => at(99) });
  expect((await hub.fetch('/metrics')).status).toBe(401);
  const answer = await hub.fetch('/metrics', { headers: BEARER });
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await answer.text()).trimEnd().split('\n');
  for (const line of lines) {
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{.+\})? [\d.]+)$/);
  }
  expect(lines).toEqual(
    expect.arrayContaining([
      'swarm_runs{repo="repo-1",status="completed"} 1',
      'swarm_runs{repo="repo-1",status="working"} 1',
      'swarm_runs{repo="repo-1",status="inactive"} 1',
      'swarm_tasks{repo="repo-1",status="completed"} 2',
      'swarm_tasks{repo="repo-1",status="pending"} 2',
      'swarm_hub_event_streams 0',
    ]),
  );
});
