import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { findClaude, runClaude } from '../support/claude-client.ts';
import { blocks } from '../support/documents.ts';
import { bash, orchestrate } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

/** `swarm run` started by a conversation, a CI job and cron. */

const TIMEOUT_MS = 300_000;

test('a conversation starts it in the background, and answers with the summary when it ends', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  const play = orchestrate({ plan: '', agents: {} });
  const told: string[] = [];
  await using model = await startScriptedModel((request) => {
    if (/^swarm:/.test(request.firstUserText.trim())) return play({ ...request, isAgent: true });
    told.push(request.contextText, request.lastUserText);
    const shown = request.toolResults.find((one) => one.text.startsWith('# '));
    if (shown) return { text: `FINAL ANSWER\n${shown.text}` };
    if (request.step === 0) {
      const plan = makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]);
      return bash(`swarm run - <<'PLAN'\n${plan}\nPLAN`, { run_in_background: true });
    }
    const isOver = request.notifications.some((one) => one.includes('<status>completed'));
    return isOver ? bash('swarm summary --max-chars 12000') : { text: 'It runs.' };
  });

  const client = await runClaude({
    model,
    cwd: repo.path,
    prompt: '/swarm-parallel --headless Test the swarm',
    pluginDir: PROJECT,
    args: ['--allowedTools', 'Bash(swarm run *)'],
    env: { SWARM_CLAUDE_BIN: findClaude() },
    timeoutMs: 150_000,
  });

  const run = readRun(repo.path);
  expect(outcomes(run.status)).toEqual({ a: 'completed', b: 'completed' });
  expect(client.resultText).toContain('FINAL ANSWER');
  expect(client.resultText).toContain('2 of 2 tasks completed');
  expect(run.state.isSummaryRead).toBe(true);
  expect(told.join('\n')).not.toContain('Launch now, all in one message: Agent');
  expect(run.errors).toBe('');
});

/** Asynchronous, because this process also serves the scripted model. */
function runShell(script: string, cwd: string, env: NodeJS.ProcessEnv) {
  return promisify(execFile)('sh', ['-e', '-c', script], { cwd, env });
}

interface Workflow {
  jobs: { review: { steps: { name?: string; run?: string }[] } };
}

test('the CI job and the cron line of the documents run unmodified', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: makePlan([{ id: 'a' }, { id: 'b' }]) });
  const [yaml] = blocks('yaml');
  const [crontab] = blocks('crontab');
  const [, cron = ''] = /^(?:\S+ ){5}(.*)\n$/.exec(crontab?.text ?? '') ?? [];
  const job = (parse(yaml?.text ?? '') as Workflow).jobs.review;
  const script = job.steps.find(({ name }) => name === 'Run the plan')?.run ?? '';
  const home = stage.env.HOME ?? '';
  const project = join(home, 'project');
  execFileSync('git', ['clone', '--quiet', stage.repo.path, project]);
  writeFileSync(join(project, 'review-plan.md'), makePlan([{ id: 'a' }, { id: 'b' }]));
  execFileSync('ln', ['-s', PROJECT, join(home, 'swarm-parallel')]);
  const node = join(process.execPath, '..');
  const env = {
    ...stage.env,
    PATH: [node, '/usr/bin', '/bin'].join(delimiter),
    RUNNER_TEMP: home,
    GITHUB_STEP_SUMMARY: join(home, 'summary.md'),
  };

  await runShell(script, project, env);
  expect(readFileSync(join(home, 'summary.md'), 'utf8')).toContain('2 of 2 tasks completed');
  const first = readRun(project);
  expect(outcomes(first.status)).toEqual({ a: 'completed', b: 'completed' });

  await runShell(cron, home, env);
  const log = readFileSync(join(home, 'swarm-nightly.log'), 'utf8');
  expect(log).toContain('2 of 2 tasks completed');
  expect(log).not.toContain('(reused from');
  expect(readRun(project).id).not.toBe(first.id);
  expect(stage.leftovers()).toEqual([]);
});
