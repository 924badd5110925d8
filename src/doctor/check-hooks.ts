import { isAbsolute } from 'node:path';
import { commandHooks, type HookGroup, type HookHandler } from '../claude/hook-groups.ts';
import { commandLineOf } from '../claude/plugin-paths.ts';
import { findOnPath } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/process/run-program.ts';
import { plural } from '../text/format.ts';
import type { Installation } from './check-plugin.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';
import { type HookProbe, hookProbes, isRecord, OTHER_PAYLOADS, toPayload } from './hook-probes.ts';
import { createProbeProject, type ProbeProject } from './probe-project.ts';

/** A hook, and the event that it is tried with. */
interface HookTrial {
  event: string;
  handler: HookHandler;
  /** What the hook must do; null if it only has to exit with 0. */
  probe: HookProbe | null;
}

/**
 * Runs every hook of an installation as Claude Code would, in a temporary project, and checks that
 * it did its job.
 */
export async function checkHooks(
  environment: DoctorEnvironment,
  installation: Installation,
): Promise<DoctorFinding[]> {
  const { kind } = installation;
  const fix = fixFor(installation);
  const project = createProbeProject(environment.now);
  try {
    const { trials, missing } = planTrials(installation, hookProbes(project, installation));
    const findings = missing.map(({ event, tool, job }) => {
      const message = `${kind}: no ${event} hook${tool ? ` for ${tool}` : ''} to ${job}`;
      return finding('hook_missing', message, fix);
    });
    // In order: each event of an agent's life depends on the earlier ones.
    for (const trial of trials) {
      const failure = await tryHook(environment, installation, project, trial);
      if (failure) findings.push(finding('hook_failed', `${kind}: ${failure}`, fix));
    }
    if (findings.length > 0) return findings;
    return [finding('hooks_ok', `${plural(trials.length, 'hook')} of the ${kind} did their job`)];
  } finally {
    project.remove();
  }
}

function fixFor({ kind, root }: Installation): string {
  return kind === 'plugin'
    ? `Reinstall the plugin; if that does not help, report this with the files in ${root}.`
    : 'Run `swarm install` of the plugin or the npm package again.';
}

/** Pairs each probe with the hooks registered for it; hooks without a probe are only run. */
function planTrials(
  { hooks }: Installation,
  probes: readonly HookProbe[],
): { trials: HookTrial[]; missing: HookProbe[] } {
  const entries = Object.entries(commandHooks(hooks)).flatMap(([event, groups]) =>
    groups.flatMap((group) => group.hooks.map((handler) => ({ event, group, handler }))),
  );
  const probed = probes.map((probe) => ({
    probe,
    entries: entries.filter(
      ({ event, group, handler }) => matches(probe, event, group) && runsScript(probe, handler),
    ),
  }));
  const used = new Set(probed.flatMap((one) => one.entries));
  return {
    trials: [
      ...probed.flatMap(({ probe, entries: matching }) =>
        matching.map(({ event, handler }) => ({ event, handler, probe })),
      ),
      ...entries
        .filter((entry) => !used.has(entry))
        .map(({ event, handler }) => ({ event, handler, probe: null })),
    ],
    missing: probed.filter((one) => one.entries.length === 0).map((one) => one.probe),
  };
}

function matches(probe: HookProbe, event: string, { matcher }: HookGroup): boolean {
  if (event !== probe.event) return false;
  if (probe.tool === undefined || !matcher || matcher === '*') return true;
  return matcher.split('|').includes(probe.tool);
}

function runsScript({ script }: HookProbe, { args = [] }: HookHandler): boolean {
  return script === undefined || args.some((arg) => arg.endsWith(script));
}

/** @returns what went wrong; null if nothing did */
async function tryHook(
  environment: DoctorEnvironment,
  { kind, root }: Installation,
  project: ProbeProject,
  { event, handler, probe }: HookTrial,
): Promise<string | null> {
  const [command = '', ...args] = commandLineOf(handler, root);
  const program = isAbsolute(command) ? command : findOnPath(command, environment.env)[0];
  const name = `${event} hook (${[command, ...args].join(' ')})`;
  if (!program) return `${name}: no ${command} on PATH`;
  const result = await runProgram(program, args, {
    cwd: project.dir,
    env: {
      ...environment.env,
      CLAUDE_PROJECT_DIR: project.dir,
      CLAUDE_PLUGIN_ROOT: kind === 'plugin' ? root : undefined,
      CLAUDE_ENV_FILE: project.envFile,
    },
    input: toPayload(event, project, probe?.payload ?? OTHER_PAYLOADS[event] ?? {}),
  });
  const logged = project.takeErrors();
  if (logged) return `${name}: ${logged}`;
  if (result.exitCode !== 0) return `${name}: ${describeFailure(result)}`;
  if (!probe) return null;
  const output = readOutput(result.stdout);
  if (!output) return `${name} should ${probe.job}, but printed no JSON: ${result.stdout}`;
  if (probe.isDone(output)) return null;
  return `${name} should ${probe.job}, but did not; it printed ${result.stdout || 'nothing'} ${result.stderr}`;
}

/** @returns the event-specific part of a hook's output; null if the output is not JSON */
function readOutput(stdout: string): Record<string, unknown> | null {
  if (stdout.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(stdout);
    const output = isRecord(value) ? value.hookSpecificOutput : null;
    return isRecord(output) ? output : {};
  } catch {
    return null;
  }
}
