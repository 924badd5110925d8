import { urlWithoutPassword } from '../../platform/url-without-password.ts';
import type { ExecuteFlags } from '../../supervisor/execute-run.ts';

/** The options of `swarm run` as they were given. */
export interface RunFlags {
  maxParallel?: number;
  sequential?: boolean;
  model?: string;
  permissionMode?: string;
  allowedTools?: string;
  budgetUsd?: number;
  budgetTokens?: number;
  fresh?: boolean;
  worktrees?: boolean;
  merge?: boolean;
  allowChecks?: boolean;
  detach?: boolean;
  json?: boolean;
  /** As it was given, maybe with a password. */
  queue?: string;
}

/** The options that concern the execution; one that was not given is left out. */
export function toExecuteFlags(flags: RunFlags): ExecuteFlags {
  const { sequential, maxParallel, model, permissionMode, allowedTools, budgetUsd } = flags;
  const limit = sequential ? 1 : maxParallel;
  return {
    ...(limit === undefined ? {} : { maxParallel: limit }),
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    ...(flags.budgetTokens === undefined ? {} : { budgetTokens: flags.budgetTokens }),
    // Only branches can be merged.
    ...(flags.worktrees || flags.merge ? { worktrees: true } : {}),
    ...(flags.merge === undefined ? {} : { merge: flags.merge }),
    ...(flags.fresh === undefined ? {} : { fresh: flags.fresh }),
    ...(flags.queue === undefined ? {} : { queue: urlWithoutPassword(flags.queue) }),
    ...(allowedTools === undefined ? {} : { allowedTools: [allowedTools] }),
  };
}

/** The same options as arguments of another `swarm run`. */
export function toArguments(flags: RunFlags): string[] {
  const { maxParallel, sequential, model, permissionMode, allowedTools, budgetUsd, fresh } = flags;
  const values = {
    'max-parallel': maxParallel,
    model,
    'permission-mode': permissionMode,
    'allowed-tools': allowedTools,
    'budget-usd': budgetUsd,
    'budget-tokens': flags.budgetTokens,
    // Everybody on the machine can read arguments; the password is in the environment.
    queue: flags.queue && urlWithoutPassword(flags.queue),
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...(sequential ? ['--sequential'] : []),
    ...(fresh ? ['--fresh'] : []),
    ...(flags.worktrees ? ['--worktrees'] : []),
    ...(flags.merge ? ['--merge'] : []),
  ];
}
