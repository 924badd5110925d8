import type { SystemService } from './system-service.ts';

/** The parts of the hub that the command line uses; the entry hands them in. */
export interface HubProgram {
  /**
   * Serves until a signal ends it.
   * @throws {SwarmError} if another hub serves a repository, or the address cannot be used
   */
  serve(options: HubServeOptions): Promise<{ url: string; token: HubTokenFacts }>;
  /** @returns a link that signs a browser in @throws {SwarmError} if no hub is running */
  findLink(): string;
  /** @throws {SwarmError} if this machine starts no services for its users */
  planService(options: HubServiceOptions): Promise<SystemService>;
  /** Installs and starts it. @returns the link that signs a browser in, if that is known */
  install(service: SystemService, port: number): Promise<string | null>;
  /** Removes it. @returns whether there was one */
  uninstall(service: SystemService): Promise<boolean>;
}

export interface HubServiceOptions {
  port: number;
  host: string;
  allowedHosts: readonly string[];
  /** Directories of further repositories. */
  repositories: readonly string[];
}

export interface HubServeOptions extends HubServiceOptions {
  warn(text: string): void;
}

export interface HubTokenFacts {
  value: string;
  /** The file that keeps it; null if it comes from the environment. */
  file: string | null;
  /** Whether it was made just now. */
  isNew: boolean;
}
