import type { DoctorEnvironment } from '../doctor/environment.ts';
import type { CliContext } from './cli-context.ts';

/** This process as the doctor sees it. */
export function doctorEnvironment(context: CliContext): DoctorEnvironment {
  const { packageRoot, cwd, env, process } = context;
  return {
    packageRoot,
    cwd,
    env,
    now: new Date(context.now()),
    nodeVersion: process.nodeVersion,
    execPath: process.execPath,
  };
}
