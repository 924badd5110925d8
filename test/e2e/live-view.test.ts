import { expect, test } from 'vitest';
import { type InteractiveClient, startInteractive } from '../support/interactive-client.ts';
import {
  checkpoint,
  launchesIn,
  type OrchestratorOptions,
  orchestrate,
  result,
} from '../support/orchestrator.ts';
import { type Reply, type Script, startScriptedModel } from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

/** The live view as a person sees it, in a real terminal. */

const TIMEOUT_MS = 120_000;
const WIDE = { columns: 170, rows: 45 };

/** A promise that a test settles when it has seen enough. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** The pane's part of a screen: what stands right of the line beside it. */
function paneOf(screen: string): string {
  return screen
    .split('\n')
    .map((line) => line.split('│').at(-1)?.trimEnd() ?? '')
    .join('\n');
}

async function command(client: InteractiveClient, text: string): Promise<void> {
  await client.waitFor(/❯/, 30_000);
  client.type(text);
  // The command's name is offered while it is typed; Enter takes it.
  await client.waitFor(new RegExp(text.split(' ').at(-1) ?? text), 10_000);
  client.sendKeys('Enter');
}

/** Gives the pane the keys. */
function takeKeys(client: InteractiveClient): void {
  client.sendKeys('C-x', 'Tab');
}

/** A model that also launches what a button of the pane tells it. */
function withButtons(options: OrchestratorOptions): Script {
  return orchestrate({
    ...options,
    main: (request) => {
      const toolUses = launchesIn(request.lastUserText);
      return toolUses.length > 0 && !request.lastUserText.includes('<task-notification>')
        ? { toolUses }
        : undefined;
    },
  });
}

const done = (ref: string): Reply => ({ text: `Abstract of ${ref}.` });

test(
  'a run from start to end: it opens by itself, moves, tells of a failure, tries it again, ends',
  async () => {
    await using repo = await makeTempRepo();
    const half = gate();
    const failing = gate();
    const finish = gate();
    let failures = 0;
    const job = withButtons({
      plan: makePlan([{ id: 'routes' }, { id: 'advisories' }, { id: 'report', needs: ['routes'] }]),
      agents: {
        advisories: async (_, ref) => {
          if (failures > 0) return done(ref);
          await failing.opened;
          return { error: { status: 400, message: 'no such feed' } };
        },
        default: async (request, ref) => {
          if (request.step === 1) await half.opened;
          if (request.step === 2) await finish.opened;
          const steps = [checkpoint(40, 'read 12 of 30 files'), checkpoint(80, 'wrote it down')];
          return [...steps, result('# What was found')][request.step]?.(ref) ?? done(ref);
        },
      },
    });
    await using model = await startScriptedModel(job);
    await using client = await startInteractive({
      model,
      cwd: repo.path,
      pluginDir: PROJECT,
      ...WIDE,
    });

    await command(client, '/swarm-parallel Test the swarm');
    const started = await client.waitFor(
      /│◐ routes +████░░░░░░ +40% +\d+s of 10m +read 12/,
      40_000,
    );
    expect(paneOf(started)).toContain('Test the swarm');
    expect(paneOf(started)).toMatch(/working: 0 of 3 tasks completed, 1 pending, 2 working, \d+s/);
    expect(paneOf(started)).toMatch(/Wave 1: 0 of 2 completed[\s\S]*Wave 2: 0 of 1 completed/);

    half.open();
    await client.waitFor(/│◐ routes +████████░░ +80% +\d+s of 10m +wrote it down/, 20_000);

    failing.open();
    const failed = await client.waitFor(/│✖ advisories fatal: .*no such feed/, 30_000);
    // The toast lies over the transcript.
    await client.waitFor(/✖ advisories failed: fatal/, 5_000);
    expect(paneOf(failed)).toMatch(/Failed\n✖ advisories fatal: .*no such feed\n\[ retry \]/);

    failures = 1;
    takeKeys(client);
    await client.waitFor(/q: close$/m, 10_000);
    client.sendKeys('Tab', 'Enter');
    await client.waitFor(/│✔ advisories +██████████ 100%/, 30_000);

    finish.open();
    const end = await client.waitFor(/│✔ completed: 3 of 3 tasks completed, in \d+/, 40_000);
    await client.waitFor(/✔ run completed: 3 of 3 tasks/, 5_000);
    expect(paneOf(end)).not.toContain('cancel run');

    client.sendKeys('s');
    await client.waitFor(/Summary[\s\S]*Abstract of/, 10_000);
    client.sendKeys('b');
    await client.waitFor(/s: summary/, 10_000);
    client.sendKeys('q');
    await client.waitFor(/^(?![\s\S]*Wave 1)/, 10_000);

    const run = readRun(repo.path);
    expect(outcomes(run.status)).toEqual({
      routes: 'completed',
      advisories: 'completed',
      report: 'completed',
    });
    expect(run.status.tasks.find(({ id }) => id === 'advisories')?.attempts).toBe(2);
    expect(run.errors).toBe('');
    expect(client.screen()).not.toMatch(/hook skipped|did not load/);
  },
  TIMEOUT_MS,
);
