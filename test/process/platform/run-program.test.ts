import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/platform/process/run-program.ts';

const options = { cwd: import.meta.dirname, env: {} };
const node = (source: string, more: object = {}) =>
  runProgram(process.execPath, ['-e', source], { ...options, ...more });

describe('runProgram', () => {
  it('passes the input and returns output and exit code', async () => {
    const source = "process.stdin.pipe(process.stdout); console.error('e'); process.exitCode = 3";
    expect(await node(source, { input: 'in' })).toEqual({
      exitCode: 3,
      stdout: 'in',
      stderr: 'e\n',
      failure: null,
    });
  });

  it('kills a program that takes too long', async () => {
    const end = await node('setInterval(() => {}, 1e6)', { timeLimitMs: 300 });
    expect(end).toMatchObject({ exitCode: null, failure: 'took more than 0.3 s' });
  });

  it('does not wait for processes that the program left running', async () => {
    const source =
      "require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'], {stdio: 'inherit'})";
    const end = await node(source, { timeLimitMs: 500 });
    expect(end.exitCode).toBeNull();
  });

  it('reports a missing program, and accepts one that does not read its input', async () => {
    expect(await runProgram('/nowhere', [], options)).toMatchObject({
      exitCode: null,
      failure: expect.stringContaining('ENOENT'),
    });
    const end = await node('', { input: 'x'.repeat(1_000_000) });
    expect(end.exitCode).toBe(0);
  });
});
