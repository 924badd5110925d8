import { EXIT } from '../../errors/swarm-error.ts';
import type { AmendResult } from '../../operations/plans/amend-run.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { readPlan } from '../read-input.ts';

interface AmendFlags {
  isCheck: boolean;
  mayCheck: boolean;
  json: boolean;
}

/** `swarm plan --into`: adds the tasks of a plan to an open run, and changes those not begun. */
export async function amend(
  { file, into }: { file: string; into: string },
  { json, ...flags }: AmendFlags,
  context: CliContext,
): Promise<void> {
  const { findRun } = await import('../../operations/find-run.ts');
  const { amendRun } = await import('../../operations/plans/amend-run.ts');
  const { renderFindings } = await import('../../view/terminal/render-plan.ts');
  const host = await context.host();
  const run = findRun(host, into);
  const input = readPlan(file, context);
  const result = amendRun(run, input.source, { host, env: context.env, ...flags });
  if (json) context.print(JSON.stringify(await toDocument(run, result, context)));
  if (result.outcome === 'invalid') {
    const { findings, complaints } = result;
    const outcome = 'The run was not changed';
    context.printError(renderFindings(input.file, findings, complaints, outcome));
    context.process.setExitCode(EXIT.badInput);
  } else if (!json) context.print(await toText(run, result, context));
}

async function toDocument(run: RunHandle, result: AmendResult, context: CliContext) {
  if (result.outcome === 'invalid') return { findings: result.findings };
  const { launchesOf } = await import('../../view/prompts/next-step.ts');
  const { planWaves } = await import('../../plan/waves.ts');
  const { paths, state } = run;
  const { added, changed, outcome } = result;
  const waves = planWaves([...state.tasks.values()].map(({ plan }) => plan));
  const launch = launchesOf(state, context.isPlugin);
  const names = { run: paths.run, dir: paths.dir, outcome, added, changed };
  return outcome === 'valid' ? { ...names, findings: [] } : { ...names, waves, launch };
}

async function toText(
  run: RunHandle,
  { added, changed, outcome }: Exclude<AmendResult, { outcome: 'invalid' }>,
  context: CliContext,
): Promise<string> {
  const { launchesOf } = await import('../../view/prompts/next-step.ts');
  const { launchPrompt } = await import('../../view/prompts/result-prompts.ts');
  const parts = [
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
    ...(changed.length > 0 ? [`changed: ${changed.join(', ')}`] : []),
  ];
  const { run: id } = run.paths;
  const line = `run ${id}: ${parts.join('; ') || 'nothing is new or changed'}`;
  const launches = outcome === 'valid' ? [] : launchesOf(run.state, context.isPlugin);
  const isForPerson = context.session === null && context.stdout.isTTY === true;
  const isDriven = run.state.supervision.current !== null;
  if (launches.length === 0 || isForPerson || isDriven) return line;
  return [line, '', launchPrompt(id, launches)].join('\n');
}
