import { homedir } from 'node:os';

/** The user's home; `/` for a user without one, as in a container with an unknown user id. */
export function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}
