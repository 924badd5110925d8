import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readAgentDefinition } from '../../../src/claude/agent-definition.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

/** Finds the definition of an agent among these files. */
function find(dir: TempDir, agent: string, files: Record<string, string>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir.path, path)), { recursive: true });
    writeFileSync(join(dir.path, path), content);
  }
  const [root, packageRoot, user] = ['project', 'plugin', 'user'].map((at) => join(dir.path, at));
  const env = { CLAUDE_CONFIG_DIR: user };
  return readAgentDefinition(agent, { root: root ?? '', packageRoot: packageRoot ?? '', env });
}

const own = (text: string) => `---\nname: own\ndescription: Ours\n---\n${text}\n`;

test.each([
  ['project before user and plugin', 'project/.claude/agents/own.md'],
  ['user before plugin', 'user/agents/own.md'],
  ['plugin', 'plugin/agents/own.md'],
  ['subdirectory, by the name in the file', 'project/.claude/agents/team/another-file.md'],
])('is read from the %s', async (_, path) => {
  await using dir = await makeTempDir();
  const others: Record<string, string> = path.startsWith('project')
    ? { 'user/agents/own.md': own('User.'), 'plugin/agents/own.md': own('Plugin.') }
    : path.startsWith('user')
      ? { 'plugin/agents/own.md': own('Plugin.') }
      : {};
  expect(find(dir, 'own', { ...others, [path]: own('This.') })).toBe(own('This.'));
});

test("is the agent's name if a file of that name defines another agent, or none does", async () => {
  await using dir = await makeTempDir();
  const text = '---\nname: "another"\n---\nWork.\n';
  expect(find(dir, 'own', { 'project/.claude/agents/own.md': text })).toBe('own');
  expect(find(dir, 'plugin:another', {})).toBe(text);
  expect(find(dir, 'Explore', {})).toBe('Explore');
});
