import { afterEach, beforeEach, expect, it } from 'vitest';
import { callTool, mcpContext, textOf } from '../../support/mcp-tools.ts';
import { launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OTHER = '20261122-181531-000xyz';
let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
  storeRun(dir.path, [opened(['a', 'b']), launched('a'), started('a')]);
  storeRun(dir.path, [opened(['c'], { run: OTHER, goal: 'Write the docs' })], OTHER);
});
afterEach(() => dir.remove());

const cancel = (args: object, call: Parameters<typeof callTool>[3] = {}) =>
  callTool(mcpContext(dir.path), 'swarm_cancel', args, call);
const accept = (decision: string) => ({ action: 'accept', content: { decision } });
const KEY = `cancel-${RUN}`;

it('asks the person before it ends work', async () => {
  const asked = await cancel({ run: RUN });
  expect(asked.inputRequests?.[KEY]).toMatchObject({
    params: {
      message: `Cancel run ${RUN}: Reach the goal?\nAgents that are running would stop: a\n0 of 2 tasks completed`,
    },
  });
  for (const response of [accept('keep'), { action: 'decline' }, { action: 'cancel' }]) {
    const kept = await cancel({ run: RUN }, { inputResponses: { [KEY]: response } });
    expect(kept.structuredContent).toMatchObject({ outcome: 'not_confirmed', cancelled: [] });
  }
  const done = await cancel({ run: RUN }, { inputResponses: { [KEY]: accept('cancel') } });
  expect(done.structuredContent).toMatchObject({ outcome: 'cancelled', stopping: ['a'] });
});

it('lets the person choose the run that was left out', async () => {
  const asked = await cancel({});
  const [form] = Object.values(asked.inputRequests ?? {});
  const choices = (form as { params: { requestedSchema: { properties: object } } }).params
    .requestedSchema.properties;
  expect(choices).toMatchObject({
    decision: { oneOf: [{ const: OTHER }, { const: RUN }, { const: 'keep' }] },
  });
  const none = await cancel({}, { inputResponses: { 'cancel-which': accept('keep') } });
  expect(none).toMatchObject({ isError: true });
  const one = await cancel({}, { inputResponses: { 'cancel-which': accept(OTHER) } });
  expect(one.structuredContent).toMatchObject({ run: OTHER, outcome: 'cancelled' });
});

it('needs a name if the client cannot ask', async () => {
  const blind = { capabilities: {} };
  const nameless = await cancel({}, blind);
  expect(nameless).toMatchObject({ isError: true });
  expect(textOf(nameless)).toContain(`${OTHER}: Write the docs; ${RUN}: Reach the goal`);
  expect(await cancel({ task: 'a' }, blind)).toMatchObject({ isError: true });
  expect((await cancel({ run: RUN, task: 'b' }, blind)).structuredContent).toMatchObject({
    outcome: 'cancelled',
  });
});
