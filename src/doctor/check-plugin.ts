import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type HookGroups, hooksFileSchema } from '../claude/hook-groups.ts';
import { quietEnvironment } from '../claude/locate-claude.ts';
import { scriptsOf } from '../claude/plugin-paths.ts';
import { isProgram } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/process/run-program.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, type FindingCode, finding } from './finding.ts';

/** A plugin or drop-in whose hooks can be tried. */
export interface Installation {
  kind: 'plugin' | 'drop-in';
  /** The directory that contains `bin/` and `dist/`. */
  root: string;
  hooks: HookGroups;
}

const REINSTALL =
  'Reinstall the plugin with `/plugin install swarm-parallel`, or build it if this is its source.';

const manifest = z.looseObject({ name: z.string(), version: z.optional(z.string()) });

/**
 * Checks the files of the plugin.
 * @param client the program of Claude Code, which validates the plugin; null if there is none
 */
export async function checkPlugin(
  environment: DoctorEnvironment,
  client: string | null,
): Promise<{ findings: DoctorFinding[]; installation: Installation | null }> {
  const root = environment.packageRoot;
  const findings: DoctorFinding[] = [];
  const report = (code: FindingCode, message: string) =>
    findings.push(finding(code, message, REINSTALL));
  const reportFile = (message: string) => report('plugin_file_invalid', message);
  const plugin = readJson(join(root, '.claude-plugin', 'plugin.json'), manifest, reportFile);
  const file = readJson(join(root, 'hooks', 'hooks.json'), hooksFileSchema, reportFile);
  for (const path of missingFiles(root, file?.hooks ?? {})) {
    report('plugin_file_missing', `no ${join(root, path)}`);
  }
  if (client && findings.length === 0) {
    const reason = await validate(environment, client);
    if (reason) report('plugin_rejected', `Claude Code rejects the plugin: ${reason}`);
  }
  if (findings.length === 0) {
    const version = plugin?.version ?? 'without a version';
    findings.push(finding('plugin_ok', `plugin ${version} is complete (${root})`));
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
    report(`${path} is invalid at ${at.join('.') || 'its top level'}: ${message}`);
  } catch (error) {
    report(`${path} cannot be read: ${(error as Error).message}`);
  }
  return null;
}

/** The files that an installation's hooks and command line need and that do not exist. */
export function missingFiles(root: string, hooks: HookGroups): string[] {
  const needed = new Set(['bin/swarm', 'dist/cli.cjs', ...scriptsOf(hooks)]);
  return [...needed].filter((path) =>
    path === 'bin/swarm' ? !isProgram(join(root, path)) : !existsSync(join(root, path)),
  );
}

/** @returns why Claude Code rejects the plugin; null if it accepts it */
async function validate(environment: DoctorEnvironment, client: string): Promise<string | null> {
  const { packageRoot, cwd, env } = environment;
  const result = await runProgram(client, ['plugin', 'validate', packageRoot], {
    cwd,
    env: quietEnvironment(env),
  });
  if (result.exitCode === 0) return null;
  const [reason] = /^ *❯ .*$/m.exec(result.stdout) ?? [];
  return reason ? reason.replace(/^ *❯ /, '') : describeFailure(result);
}
