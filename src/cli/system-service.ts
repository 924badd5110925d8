/** A file that has a program started with the machine. */
export interface SystemService {
  manager: 'systemd' | 'launchd';
  file: string;
  content: string;
  start: readonly string[][];
  stop: readonly string[][];
}
