import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RECORD = '$' + '{CLAUDE_PLUGIN_ROOT}/dist/record-event.cjs';

const HOOKS = {
  PreToolUse: [
    {
      matcher: 'Agent|Task',
      hooks: [{ type: 'command', command: 'node', args: [RECORD], timeout: 10 }],
    },
  ],
  SubagentStop: [{ hooks: [{ type: 'command', command: 'node', args: [RECORD], timeout: 10 }] }],
};

/** The files of a small package of the plugin, by path. */
export function packageFiles(version: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'swarm-parallel', version }),
    '.claude-plugin/plugin.json': JSON.stringify({ name: 'swarm-parallel', version }),
    'hooks/hooks.json': JSON.stringify({ description: 'Hooks.', hooks: HOOKS }),
    'hooks/record-event.ts': '// A source that is not dropped.\n',
    'bin/swarm': "#!/usr/bin/env node\nrequire('../dist/cli.cjs');\n",
    'bin/package.json': '{ "type": "commonjs" }\n',
    'dist/cli.cjs': `console.log('${version}');\n`,
    'dist/record-event.cjs': '// records\n',
    'dist/add-to-path.cjs': '// adds\n',
    'dist/agent-rows.cjs': '// draws\n',
    'commands/swarm-parallel.md': 'Launch `swarm-parallel:swarm-worker` for /swarm-parallel.\n',
    'agents/swarm-worker.md': `---\nname: swarm-worker\n---\nVersion ${version}.\n`,
  };
}

/** Writes a package; a path with null is skipped. */
export function writePackage(root: string, files: Record<string, string | null>): void {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  if (files['bin/swarm']) chmodSync(join(root, 'bin/swarm'), 0o755);
}
