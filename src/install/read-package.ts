import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type HookGroups, hooksFileSchema } from '../claude/hook-groups.ts';
import { scriptsOf } from '../claude/plugin-paths.ts';
import { WORKER_PLUGIN } from '../claude/worker-plugin.ts';
import { SwarmError } from '../errors/swarm-error.ts';
import { toDropInAgent, toDropInHooks, toDropInMarkdown } from './drop-in.ts';

/** The plugin as files and settings for a repository. */
export interface DropIn {
  version: string;
  files: DropInFile[];
  /** The hooks for `settings.json`. */
  hooks: HookGroups;
}

export interface DropInFile {
  /** Relative to the `.claude` directory, with `/`. */
  path: string;
  content: Uint8Array;
  isExecutable: boolean;
}

/** Keeps the copy of the user's settings out of commits: git may ignore the settings themselves. */
const GITIGNORE = 'settings.before.json\n';

/**
 * Reads the package of the plugin.
 * @param root its directory
 * @throws {SwarmError} if a part that the drop-in needs is missing or cannot be read
 */
export function readPackage(root: string): DropIn {
  const { version } = readJson(join(root, 'package.json'), z.looseObject({ version: z.string() }));
  const { hooks: pluginHooks } = readJson(join(root, 'hooks', 'hooks.json'), hooksFileSchema);
  const hooks = toDropInHooks(pluginHooks);
  const files = [
    ...listFiles(root, 'bin').map((path) => toFile(root, path, `swarm-parallel/${path}`)),
    ...listFiles(root, 'dist')
      // In the repository, workers use the project's hooks.
      .filter((path) => !path.startsWith(`dist/${WORKER_PLUGIN}/`))
      .map((path) => toFile(root, path, `swarm-parallel/${path}`)),
    generated('.gitignore', GITIGNORE),
    // Read by `swarm --version`.
    generated('package.json', `${JSON.stringify({ name: 'swarm-parallel', version })}\n`),
    ...['commands', 'agents'].flatMap((directory) =>
      listMarkdown(root, directory).map((path) => toMarkdownFile(root, path)),
    ),
  ];
  rejectIncomplete(root, hooks, files);
  return { version, files, hooks };
}

function readJson<Schema extends z.ZodMiniType>(path: string, schema: Schema): z.output<Schema> {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!parsed.success) throw new Error('an unexpected shape');
    return parsed.data;
  } catch (cause) {
    throw new SwarmError(
      `expected the package of the plugin with a valid ${path}, found ${(cause as Error).message}; run the \`swarm\` of the plugin or of the npm package: a copy in a repository cannot install itself`,
      undefined,
      { cause },
    );
  }
}

function generated(name: string, text: string): DropInFile {
  return { path: `swarm-parallel/${name}`, content: Buffer.from(text), isExecutable: false };
}

/** Every file in a directory and its subdirectories, except hidden files and symbolic links. */
function listFiles(root: string, directory: string): string[] {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory), { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(root, path);
      return entry.isFile() ? [path] : [];
    });
}

function listMarkdown(root: string, directory: string): string[] {
  return listFiles(root, directory).filter((path) => /^[^/]+\/[^/]+\.md$/.test(path));
}

function toFile(root: string, source: string, path: string): DropInFile {
  return {
    path,
    content: readFileSync(join(root, source)),
    isExecutable: source === 'bin/swarm',
  };
}

function toMarkdownFile(root: string, path: string): DropInFile {
  const text = readFileSync(join(root, path), 'utf8');
  const translate = path.startsWith('agents/') ? toDropInAgent : toDropInMarkdown;
  return { path, content: Buffer.from(translate(text)), isExecutable: false };
}

function rejectIncomplete(root: string, hooks: HookGroups, files: readonly DropInFile[]): void {
  const existing = new Set(files.map((file) => file.path));
  const missing = [
    ...new Set(['bin/swarm', 'dist/cli.cjs', 'dist/agent-rows.cjs', ...scriptsOf(hooks)]),
  ].filter((path) => !existing.has(`swarm-parallel/${path}`));
  if (missing.length === 0) return;
  throw new SwarmError(
    `expected a complete package in ${root}, found no ${missing.join(', no ')}; reinstall the plugin, or build it if this is its source`,
  );
}
