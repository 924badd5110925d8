import type { DoctorEnvironment } from '../doctor/environment.ts';

/** This process as the doctor sees it. */
export function doctorEnvironment(packageRoot: string): DoctorEnvironment {
  return {
    packageRoot,
    cwd: process.cwd(),
    env: process.env,
    now: new Date(),
    nodeVersion: process.versions.node,
    execPath: process.execPath,
  };
}
