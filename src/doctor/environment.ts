/** The machine as `swarm doctor` sees it. */
export interface DoctorEnvironment {
  /** The directory of the plugin, or of the drop-in, that this doctor belongs to. */
  packageRoot: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** Version and path of the Node that runs the doctor. */
  nodeVersion: string;
  execPath: string;
}
