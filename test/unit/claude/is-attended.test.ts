import { expect, it } from 'vitest';
import { isAttended } from '../../../src/claude/is-attended.ts';

it.each([
  [{ CLAUDE_CODE_SESSION_ATTENDED: '1', CLAUDE_CODE_ENTRYPOINT: 'cli' }, true],
  [{ CLAUDE_CODE_SESSION_ATTENDED: '1', CLAUDE_CODE_ENTRYPOINT: 'claude-vscode' }, true],
  [{ CLAUDE_CODE_SESSION_ATTENDED: '0', CLAUDE_CODE_ENTRYPOINT: 'cli' }, false],
  [{ CLAUDE_CODE_ENTRYPOINT: 'cli' }, true],
  [{ CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' }, false],
  [{ CLAUDE_CODE_ENTRYPOINT: 'new' }, false],
  [{}, false],
])('%j: %s', (env, expected) => {
  expect(isAttended(env)).toBe(expected);
});
