import type { Task } from './plan-schema.ts';

/**
 * Groups tasks into waves, so that each task needs only tasks of earlier waves.
 * @returns the ids of each wave in plan order; tasks on or behind a cycle are in none
 */
export function planWaves(tasks: readonly Pick<Task, 'id' | 'needs'>[]): string[][] {
  const waves: string[][] = [];
  const placed = new Set<string>();
  let rest = [...tasks];
  while (rest.length > 0) {
    const wave = rest.filter((task) => task.needs.every((need) => placed.has(need)));
    if (wave.length === 0) break;
    waves.push(wave.map((task) => task.id));
    for (const { id } of wave) placed.add(id);
    rest = rest.filter((task) => !placed.has(task.id));
  }
  return waves;
}
