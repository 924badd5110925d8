import { expect, test } from 'vitest';
import { markActive } from '../../src/store/run-index.ts';
import { startInteractive } from '../support/interactive-client.ts';
import { completes, opened } from '../support/run-events.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { append, storeRun } from '../support/stored-run.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const RUN = '20261128-090000-000001';

test('the end of a scheduled run becomes a prompt in an open session', {
  tags: ['long'],
  timeout: 120_000,
}, async () => {
  await using repo = await makeTempRepo();
  const model = await startScriptedModel(() => ({ text: 'Understood.' }));
  const startedBy = { trigger: 'schedule', name: 'review', wake: true } as const;
  const { paths } = storeRun(
    repo.path,
    [opened(['a'], { run: RUN, session: null, startedBy })],
    RUN,
  );
  markActive(paths);
  const size = { columns: 170, rows: 45 };
  await using client = await startInteractive({
    ...{ model, cwd: repo.path, pluginDir: PROJECT, ...size },
  });
  await client.waitFor(/Started by the schedule review\./);
  append(paths, ...completes('a'));

  const asked = () => model.requests.some((one) => JSON.stringify(one).includes(`summary ${RUN}`));
  await waitUntil(asked);
  expect(await client.waitFor(/Understood\./)).toContain('review');
  await model.close();
});
