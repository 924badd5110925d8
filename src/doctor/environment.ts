/** The machine that `swarm doctor` checks. Paths are absolute. */
export interface DoctorEnvironment {
  /** The directory of the plugin or drop-in that this doctor is part of. */
  packageRoot: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** Version and path of the Node that runs the doctor. */
  nodeVersion: string;
  execPath: string;
}
