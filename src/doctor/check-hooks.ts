import { isAbsolute } from 'node:path';
import { commandHooks, type HookGroup, type HookHandler } from '../claude/hook-groups.ts';
import { commandLineOf } from '../claude/plugin-paths.ts';
import { findOnPath } from '../platform/find-on-path.ts';
import { describeEnd, runProgram } from '../platform/run-program.ts';
import { plural } from '../text/format.ts';
import type { Installation } from './check-plugin.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';
import { type HookProbe, hookProbes, isRecord, OTHER_PAYLOADS, toPayload } from './hook-probes.ts';
import { createProbeProject, type ProbeProject } from './probe-project.ts';

/** A hook with the event that it is started for. */
interface Trial {
  event: string;
  handler: HookHandler;
  /** Null for an event whose hook only has to end well. */
  probe: HookProbe | null;
}

/**
 * Starts every hook of an installation as the client would, in a temporary project, and looks
 * whether it has done its job.
 */
export async function checkHooks(
  environment: DoctorEnvironment,
  installation: Installation,
): Promise<DoctorFinding[]> {
  const project = createProbeProject(environment.now);
  try {
    const { trials, missing } = planTrials(installation, hookProbes(project, installation));
    const findings = missing.map(({ event, tool, job }) =>
      problem(installation, `no hook for ${event}${tool ? ` of ${tool}` : ''} is there to ${job}`),
    );
    // One after the other: each event of an agent's life builds on those before it.
    for (const trial of trials) {
      const failure = await tryHook(environment, installation, project, trial);
      if (failure) findings.push(problem(installation, failure));
    }
    if (findings.length > 0) return findings;
    const message = `${plural(trials.length, 'hook')} of the ${installation.kind} did their job`;
    return [finding('hooks', 'ok', message)];
  } finally {
    project.remove();
  }
}

function problem({ kind, root }: Installation, message: string): DoctorFinding {
  const fix =
    kind === 'plugin'
      ? `Install the plugin again; if that does not help, report this with the files in ${root}.`
      : 'Run `swarm install` of the plugin or the npm package again.';
  return finding('hooks', 'error', `${kind}: ${message}`, fix);
}

/** Pairs probes with the hooks that are registered for them; other hooks are only started. */
function planTrials(
  { hooks }: Installation,
  probes: readonly HookProbe[],
): { trials: Trial[]; missing: HookProbe[] } {
  const entries = Object.entries(commandHooks(hooks)).flatMap(([event, groups]) =>
    groups.flatMap((group) => group.hooks.map((handler) => ({ event, group, handler }))),
  );
  const probed = probes.map((probe) => ({
    probe,
    entries: entries.filter(
      ({ event, group, handler }) => isFor(probe, event, group) && isOfScript(probe, handler),
    ),
  }));
  const used = new Set(probed.flatMap((one) => one.entries));
  return {
    trials: [
      ...probed.flatMap(({ probe, entries: own }) =>
        own.map(({ event, handler }) => ({ event, handler, probe })),
      ),
      ...entries
        .filter((entry) => !used.has(entry))
        .map(({ event, handler }) => ({ event, handler, probe: null })),
    ],
    missing: probed.filter((one) => one.entries.length === 0).map((one) => one.probe),
  };
}

function isFor(probe: HookProbe, event: string, { matcher }: HookGroup): boolean {
  if (event !== probe.event) return false;
  if (probe.tool === undefined || !matcher || matcher === '*') return true;
  return matcher.split('|').includes(probe.tool);
}

function isOfScript({ script }: HookProbe, { args = [] }: HookHandler): boolean {
  return script === undefined || args.some((arg) => arg.endsWith(script));
}

/** @returns what went wrong; null when nothing did */
async function tryHook(
  environment: DoctorEnvironment,
  { kind, root }: Installation,
  project: ProbeProject,
  { event, handler, probe }: Trial,
): Promise<string | null> {
  const [command = '', ...args] = commandLineOf(handler, root);
  const program = isAbsolute(command) ? command : findOnPath(command, environment.env)[0];
  const name = `${event} hook (${[command, ...args].join(' ')})`;
  if (!program) return `${name}: no ${command} on PATH`;
  const end = await runProgram(program, args, {
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
  if (end.exitCode !== 0) return `${name}: ${describeEnd(end)}`;
  if (!probe) return null;
  const output = readOutput(end.stdout);
  if (!output) return `${name} is there to ${probe.job}, but printed no JSON: ${end.stdout}`;
  if (probe.isDone(output)) return null;
  return `${name} is there to ${probe.job}, and did not; it printed ${end.stdout || 'nothing'} ${end.stderr}`;
}

/** @returns the part of a hook's output that is about its event; null when it is no JSON */
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
