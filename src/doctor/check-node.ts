import { dirname } from 'node:path';
import { SUPPORTED_NODE } from '../claude/supported-versions.ts';
import { compareVersions } from '../platform/compare-versions.ts';
import { findOnPath } from '../platform/find-on-path.ts';
import { describeFailure, runProgram } from '../platform/process/run-program.ts';
import type { DoctorEnvironment } from './environment.ts';
import { type DoctorFinding, finding } from './finding.ts';

const INSTALL = `Install Node ${SUPPORTED_NODE} or newer and put it first on PATH.`;

/** Hooks run with the `node` on `PATH`, which may not be the one that runs the doctor. */
export async function checkNode(environment: DoctorEnvironment): Promise<DoctorFinding[]> {
  const { env, cwd, execPath, nodeVersion } = environment;
  const [node] = findOnPath('node', env);
  if (!node) {
    const fix = `Add ${dirname(execPath)}, the directory of this node, to the PATH of Claude Code.`;
    return [finding('node_not_found', 'no node on PATH, but hooks need it', fix)];
  }
  const result = await runProgram(node, ['--version'], { cwd, env });
  const version = result.stdout.trim().replace(/^v/, '');
  if (result.exitCode !== 0 || !/^\d+\./.test(version)) {
    const message = `${node} does not print a version: ${describeFailure(result)}`;
    return [finding('node_without_version', message, INSTALL)];
  }
  const nodes = [
    { version, name: `node on PATH (${node})` },
    { version: nodeVersion, name: `this node (${execPath})` },
  ];
  const old = nodes.filter((one) => compareVersions(one.version, SUPPORTED_NODE) < 0);
  if (old.length > 0) {
    return old.map((one) => {
      const message = `${one.name} is ${one.version}; ${SUPPORTED_NODE} or newer is required`;
      return finding('node_too_old', message, INSTALL);
    });
  }
  return [finding('node_ok', `Node ${version} (${node})`)];
}
