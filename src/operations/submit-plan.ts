import { configComplaints, readConfig } from '../config/read-config.ts';
import { describeFinding, type Finding } from '../errors/validation-issue.ts';
import { parsePlan } from '../plan/parse-plan.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { planWaves } from '../plan/waves.ts';
import { type Host, sessionOf } from '../store/host.ts';
import { plural } from '../text/format.ts';
import {
  describeHowToResume,
  describeLaunch,
  describeWatch,
  type Launch,
  launchesOf,
} from '../view/prompts/next-step.ts';
import { createRun } from './create-run.ts';

export interface PlanRequest {
  source: string;
  /** The name of the file in messages. */
  file: string;
  /** Only check the plan; no run is opened. */
  check: boolean;
  /** Whether a person reads it outside of a conversation, where no agents can be launched by a call. */
  isForPerson: boolean;
}

export interface PlanOutcome {
  findings: Finding[];
  /** What `--json` prints. */
  document: object;
  text: string;
}

/**
 * Checks a plan and, when nothing is wrong with it, opens a run.
 * @throws {SwarmError} when the configuration alone is bad
 */
export function submitPlan(host: Host, request: PlanRequest): PlanOutcome {
  const { plan, findings } = parsePlan(request.source);
  if (!plan) {
    const lines = [
      ...findings.map((finding) => describeFinding(request.file, finding)),
      ...configComplaints(host.root),
    ];
    const end = `No run was opened: correct ${plural(lines.length, 'finding')} and plan again.`;
    return { findings, document: { findings }, text: [...lines, end].join('\n') };
  }
  const waves = planWaves(plan.tasks);
  if (request.check) {
    readConfig(host.root);
    return { findings, document: { waves, findings }, text: describePlan(plan, waves) };
  }
  const run = createRun(host, plan, request.source);
  const launch = launchesOf(run.state, host.isPlugin);
  const { run: id, dir } = run.paths;
  return {
    findings,
    document: { run: id, dir, waves, launch },
    text: [
      `run ${id}`,
      describePlan(plan, waves),
      ...(request.isForPerson ? [] : ['', describeNext(id, launch)]),
      ...(sessionOf(host.caller) === null ? ['', describeHowToResume(run.state)] : []),
    ].join('\n'),
  };
}

function describePlan({ goal, tasks }: Plan, waves: string[][]): string {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const lines = waves.flatMap((wave, index) => [
    `wave ${index + 1}`,
    ...wave.map((id) => {
      const task = byId.get(id);
      const needs = task?.needs.length ? `, needs ${task.needs.join(', ')}` : '';
      return `  ${id}: ${task?.title} (${task?.agent}, ${task?.tier}${needs})`;
    }),
  ]);
  return `${goal}: ${plural(tasks.length, 'task')} in ${plural(waves.length, 'wave')}\n${lines.join('\n')}`;
}

function describeNext(run: string, launches: Launch[]): string {
  return `Launch now, all in one message:
${launches.map(describeLaunch).join('\n')}
${describeWatch(run)}`;
}
