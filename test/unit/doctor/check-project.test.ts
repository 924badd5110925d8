import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkProject } from '../../../src/doctor/check-project.ts';
import { makeMachine } from '../../support/machine.ts';

describe('checkProject', () => {
  it('leaves no new .swarm directory behind, and no file in an existing one', async () => {
    await using machine = await makeMachine();
    expect(checkProject(machine.project).map(({ level }) => level)).toEqual(['ok', 'ok']);
    expect(existsSync(join(machine.project, '.swarm'))).toBe(false);
    machine.write('project/.swarm/.gitignore', '*\n');
    expect(checkProject(machine.project)[0]).toMatchObject({ id: 'run-directory', level: 'ok' });
    expect(readdirSync(join(machine.project, '.swarm'))).toEqual(['.gitignore']);
  });

  it('reports that no run can be stored', async () => {
    await using machine = await makeMachine();
    machine.write('project/.swarm', 'a file');
    expect(checkProject(machine.project)[0]).toMatchObject({ id: 'run-directory', level: 'error' });
    expect(checkProject(join(machine.dir, 'nowhere'))[0]).toMatchObject({ level: 'error' });
  });

  it('only notes a missing git repository', async () => {
    await using machine = await makeMachine();
    rmSync(join(machine.project, '.git'), { recursive: true });
    expect(checkProject(machine.project)[1]).toMatchObject({ id: 'git', level: 'note' });
  });

  it('names every invalid field of the configuration', async () => {
    await using machine = await makeMachine();
    const file = 'project/.claude/swarm-parallel.json';
    machine.write(file, '{"maxParallel": 0, "colour": 1}');
    const findings = checkProject(machine.project).filter(({ id }) => id === 'config');
    expect(findings.map(({ level }) => level)).toEqual(['error', 'error']);
    expect(findings.map(({ message }) => message).join()).toMatch(/maxParallel.*colour/);
    machine.write(file, '{"maxParallel": 3}');
    expect(checkProject(machine.project)[2]).toMatchObject({ id: 'config', level: 'ok' });
  });
});
