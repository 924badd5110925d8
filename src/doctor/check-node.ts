import { dirname } from 'node:path';
import { SUPPORTED_NODE } from '../claude/supported-versions.ts';
import { compareVersions } from '../platform/compare-versions.ts';
import { findOnPath } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/run-program.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

const INSTALL = `Install Node ${SUPPORTED_NODE} or newer, and see that it comes first on PATH.`;

/** Hooks run with the `node` on `PATH`, which need not be the one that runs the doctor. */
export async function checkNode(environment: DoctorEnvironment): Promise<DoctorFinding[]> {
  const { env, cwd, execPath, nodeVersion } = environment;
  const [node] = findOnPath('node', env);
  if (!node) {
    const fix = `Put ${dirname(execPath)}, where this node is, on the PATH of Claude Code.`;
    return [finding('node', 'error', 'no node on PATH, and hooks run with it', fix)];
  }
  const end = await runProgram(node, ['--version'], { cwd, env });
  const version = end.stdout.trim().replace(/^v/, '');
  if (end.exitCode !== 0 || !/^\d+\./.test(version)) {
    return [
      finding(
        'node',
        'error',
        `${node} does not tell its version: ${describeFailure(end)}`,
        INSTALL,
      ),
    ];
  }
  const places = [
    { version, name: `node on PATH (${node})` },
    { version: nodeVersion, name: `this node (${execPath})` },
  ];
  const old = places.filter((place) => compareVersions(place.version, SUPPORTED_NODE) < 0);
  if (old.length > 0) {
    return old.map((place) =>
      finding(
        'node',
        'error',
        `${place.name} is ${place.version}; at least ${SUPPORTED_NODE} is needed`,
        INSTALL,
      ),
    );
  }
  return [finding('node', 'ok', `Node ${version} (${node})`)];
}
