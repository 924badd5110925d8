import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import { createRun, unusedRunId } from '../../operations/plans/create-run.ts';
import { checkPlan } from '../../operations/plans/create-run-from-plan.ts';
import type { Plan } from '../../plan/plan-schema.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { realPath } from '../../platform/repository-paths.ts';
import { findReservedRun, reserveRunId } from '../../store/idempotency-keys.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { runPaths } from '../../store/run-paths.ts';
import { isExecuted, needsSupervisor } from '../../supervisor/needs-supervisor.ts';
import { configOfFiring, type FiringConfig } from '../config/named-triggers.ts';
import type { FailureCategory } from '../store/history-events.ts';
import type { Firing } from '../store/history-state.ts';
import { extractInputs } from '../webhooks/extract-inputs.ts';
import { fillInputs } from './fill-inputs.ts';
import type { FiringContext, FiringFailure, RunExit } from './firing-context.ts';
import { runArguments } from './run-arguments.ts';

export type StartedFiring = { run: RunHandle } | { failure: FiringFailure };

/**
 * Creates the run of a firing and starts it. The firing's id is the idempotency key of the run, so
 * that a process that was killed half-way is continued by the next one, with the same run.
 * @param onExit called when the process of the run has ended
 */
export async function startFiring(
  firing: Firing,
  context: FiringContext,
  onExit: (exit: RunExit) => void,
): Promise<StartedFiring> {
  try {
    const config = configOfFiring(context.triggering(), firing);
    if (!config) throw failure('configuration', removed(firing));
    await context.findClient().catch((error: Error) => {
      throw failure('client', error.message);
    });
    const run = findCreated(firing, context) ?? createRunOf(firing, config, context);
    const isNew = run.state.supervision.options === null && !isExecuted(run, context.host);
    if (isNew || needsSupervisor(run, context.host)) {
      context.supervise(run, runArguments(config.run), onExit);
    }
    return { run };
  } catch (error) {
    if (error instanceof FiringError) return { failure: error.failure };
    const message = error instanceof Error ? error.message : String(error);
    return { failure: { category: 'start', message } };
  }
}

/**
 * The plan of a firing, with its inputs.
 * @param file of the plan, relative to the repository
 * @throws {FiringError} with everything that is wrong with it
 */
export function prepareFiring(
  { trigger, name }: Pick<Firing, 'trigger' | 'name'>,
  file: string,
  inputs: Readonly<Record<string, string>>,
  { host, env }: Pick<FiringContext, 'host' | 'env'>,
): { plan: Plan; source: string } {
  const source = inCategory('plan', () => readPlanFile(host.root, file));
  const caller = { kind: 'hub', by: `${trigger} ${name}` } as const;
  const submission = { host: { root: host.root, caller }, env };
  const parsed = inCategory('plan', () => checkPlan({ source, file }, submission));
  const { plan, problems } = fillInputs(parsed, inputs, `${trigger} ${name}`);
  if (plan) return { plan, source };
  throw failure('plan', problems.map((problem) => `${file}: ${problem}`).join('\n'));
}

/** A failure that ends a firing. */
export class FiringError extends Error {
  readonly failure: FiringFailure;

  constructor(cause: FiringFailure) {
    super(cause.message);
    this.failure = cause;
  }
}

/** The run that a process created for the firing before it was killed. */
function findCreated({ id }: Firing, { host }: FiringContext): RunHandle | null {
  const run = findReservedRun(host.root, keyOf(id));
  if (run === null || !existsSync(runPaths(host.root, run).ledger)) return null;
  return host.load(runPaths(host.root, run));
}

function createRunOf(firing: Firing, config: FiringConfig, context: FiringContext): RunHandle {
  const { host } = context;
  const payload = inCategory('input', () => readPayload(firing, context));
  const { inputs, problems } = extractInputs(payload, config.inputs);
  if (!inputs) throw failure('input', problems.join('\n'));
  const { plan, source } = prepareFiring(firing, config.plan, inputs, context);
  const fresh = unusedRunId(new Date(host.now()));
  const { id, markOpened } = reserveRunId(host.root, keyOf(firing.id), fresh);
  const { trigger, name } = firing;
  const startedBy = { trigger, name, wake: config.wake };
  const run = createRun(host, plan, source, { id, startedBy });
  markOpened();
  return run;
}

function keyOf(firing: string): string {
  return `firing ${firing}`;
}

function readPayload({ delivery }: Firing, { deliveries }: FiringContext): unknown {
  if (!delivery) return null;
  return JSON.parse(readRegularFile(join(deliveries, delivery.file)));
}

/** @throws {SwarmError} when there is no such file inside of the repository */
function readPlanFile(root: string, file: string): string {
  const path = realPath(join(root, file));
  if (!path.startsWith(realPath(root) + sep)) {
    throw new SwarmError(`${file}: expected a plan inside the repository, found ${path}`);
  }
  try {
    return readRegularFile(path);
  } catch (error) {
    if (error instanceof SwarmError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'no such file' : String(code);
    throw new SwarmError(`${file}: expected a plan, found ${found}`, 2, { cause: error });
  }
}

function failure(category: FailureCategory, message: string): FiringError {
  return new FiringError({ category, message });
}

function removed({ trigger, name }: Firing): string {
  return `${trigger} ${name} is no longer in the configuration`;
}

function inCategory<Result>(category: FailureCategory, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw failure(category, (error as Error).message);
  }
}
