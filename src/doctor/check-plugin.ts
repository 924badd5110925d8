import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type HookGroups, hooksFileSchema } from '../claude/hook-groups.ts';
import { scriptsOf } from '../claude/plugin-paths.ts';
import { isProgram } from '../platform/find-on-path.ts';
import { describeEnd, runProgram } from '../platform/run-program.ts';
import { quietEnvironment } from './check-client.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** A plugin or drop-in whose hooks can be tried. */
export interface Installation {
  kind: 'plugin' | 'drop-in';
  /** The directory that holds `bin/` and `dist/`. */
  root: string;
  hooks: HookGroups;
}

const REINSTALL =
  'Install the plugin again: `/plugin install swarm-parallel`, or build it if this is its source.';

const manifest = z.looseObject({ name: z.string(), version: z.optional(z.string()) });

/**
 * Checks the files of the plugin.
 * @param client the program of Claude Code, which is asked too when it is there
 */
export async function checkPlugin(
  environment: DoctorEnvironment,
  client: string | null,
): Promise<{ findings: DoctorFinding[]; installation: Installation | null }> {
  const root = environment.packageRoot;
  const findings: DoctorFinding[] = [];
  const report = (message: string) =>
    findings.push(finding('plugin-files', 'error', message, REINSTALL));
  const plugin = readJson(join(root, '.claude-plugin', 'plugin.json'), manifest, report);
  const file = readJson(join(root, 'hooks', 'hooks.json'), hooksFileSchema, report);
  for (const path of missingFiles(root, file?.hooks ?? {})) report(`no ${join(root, path)}`);
  if (client && findings.length === 0) {
    const refusal = await validate(environment, client);
    if (refusal) report(`Claude Code refuses the plugin: ${refusal}`);
  }
  if (findings.length === 0) {
    const version = plugin?.version ?? 'of no version';
    findings.push(finding('plugin-files', 'ok', `plugin ${version} is whole (${root})`));
  }
  return { findings, installation: file && { kind: 'plugin', root, hooks: file.hooks } };
}

function readJson<Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
  report: (message: string) => void,
): z.output<Schema> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data;
    const { path: at, message } = parsed.error.issues[0] ?? { path: [], message: '' };
    report(`${path} is not as expected at ${at.join('.') || 'its top'}: ${message}`);
  } catch (error) {
    report(`${path} cannot be read: ${(error as Error).message}`);
  }
  return null;
}

/** Files of an installation that its hooks or its command line need and that are not there. */
export function missingFiles(root: string, hooks: HookGroups): string[] {
  return [...new Set(['bin/swarm', 'dist/cli.cjs', ...scriptsOf(hooks)])].filter((path) =>
    path === 'bin/swarm' ? !isProgram(join(root, path)) : !existsSync(join(root, path)),
  );
}

/** @returns why the client refuses the plugin; null when it does not */
async function validate(environment: DoctorEnvironment, client: string): Promise<string | null> {
  const { packageRoot, cwd, env } = environment;
  const end = await runProgram(client, ['plugin', 'validate', packageRoot], {
    cwd,
    env: quietEnvironment(env),
  });
  if (end.exitCode === 0) return null;
  const [problem] = /^ *❯ .*$/m.exec(end.stdout) ?? [];
  return problem ? problem.replace(/^ *❯ /, '') : describeEnd(end);
}
