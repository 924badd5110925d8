import { describe, expect, it } from 'vitest';
import { SUPPORTED_CLIENT } from '../../../src/claude/supported-versions.ts';
import { checkClient } from '../../../src/doctor/check-client.ts';
import { fakeClient, makeMachine } from '../../support/machine.ts';

describe('checkClient', () => {
  it('finds the client on PATH', async () => {
    await using machine = await makeMachine();
    const client = machine.addProgram('claude', fakeClient(SUPPORTED_CLIENT));
    expect(await checkClient(machine.environment)).toMatchObject({
      client,
      findings: [{ id: 'client', code: 'client_ok', level: 'ok' }],
    });
  });

  it('prefers SWARM_CLAUDE_BIN, whether it is a path or a name', async () => {
    await using machine = await makeMachine();
    machine.addProgram('claude', fakeClient('1.0.0'));
    const other = machine.addProgram('claude-next', fakeClient('9.9.9'));
    for (const chosen of [other, 'claude-next']) {
      const found = await checkClient(machine.withEnv({ SWARM_CLAUDE_BIN: chosen }));
      expect(found).toMatchObject({ client: other, findings: [{ level: 'ok' }] });
    }
  });

  it('falls back to the client that runs the session', async () => {
    await using machine = await makeMachine();
    const running = machine.addProgram('running', fakeClient('9.9.9'));
    const found = await checkClient(machine.withEnv({ CLAUDE_CODE_EXECPATH: running }));
    expect(found).toMatchObject({ client: running, findings: [{ level: 'ok' }] });
  });

  it('reports a missing client', async () => {
    await using machine = await makeMachine();
    expect(await checkClient(machine.environment)).toMatchObject({
      client: null,
      findings: [{ code: 'client_not_found', level: 'error' }],
    });
    const chosen = { SWARM_CLAUDE_BIN: '/nowhere/claude' };
    expect(await checkClient(machine.withEnv(chosen))).toMatchObject({
      client: null,
      findings: [{ code: 'client_not_found', message: expect.stringContaining('/nowhere/claude') }],
    });
  });

  it.each([
    ['is too old', fakeClient('2.1.9'), 'client_too_old', '2.1.9'],
    ['fails', "console.error('no'); process.exit(7)", 'client_without_version', 'exit code 7: no'],
    ['is another program', "console.log('Hello')", 'client_without_version', 'claude'],
  ])('reports a client that %s', async (_, source, code, message) => {
    await using machine = await makeMachine();
    machine.addProgram('claude', source);
    const { findings } = await checkClient(machine.environment);
    expect(findings).toMatchObject([
      { level: 'error', code, message: expect.stringContaining(message), fix: expect.any(String) },
    ]);
  });
});
