import type { RunOptions } from '../config/triggers-schema.ts';

/** The options of a trigger as arguments of `swarm run`. */
export function runArguments(options: RunOptions): string[] {
  const { budgetUsd, allowedTools, permissionMode, model, maxParallel, queue } = options;
  const values = {
    'max-parallel': maxParallel,
    model,
    'permission-mode': permissionMode,
    'allowed-tools': allowedTools?.join(','),
    'budget-usd': budgetUsd,
    queue,
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    ),
    ...(options.fresh ? ['--fresh'] : []),
    ...(options.worktrees ? ['--worktrees'] : []),
  ];
}
