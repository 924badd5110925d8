import { type GitOptions, git } from '../../platform/git.ts';

/** The author of a run's commits, and whether git signs them. */
export interface Authorship {
  /** The environment of git. */
  env: Readonly<Record<string, string>>;
  /** Whether git knows the person; otherwise swarm is named as author. */
  isPerson: boolean;
  /** Whether the person has configured that commits are signed. */
  isSigned: boolean;
}

/** Named where git knows nobody. */
export const SWARM_AUTHOR = {
  GIT_AUTHOR_NAME: 'swarm-parallel',
  GIT_AUTHOR_EMAIL: 'swarm-parallel@localhost',
  GIT_COMMITTER_NAME: 'swarm-parallel',
  GIT_COMMITTER_EMAIL: 'swarm-parallel@localhost',
};

/** Nobody can be asked for a passphrase; an empty GPG_TTY keeps gpg-agent away from the terminal. */
const UNATTENDED = { GPG_TTY: '', SSH_ASKPASS_REQUIRE: 'never', GIT_TERMINAL_PROMPT: '0' };

/** The person as git knows them in a working tree. */
export async function readAuthorship(cwd: string, options?: GitOptions): Promise<Authorship> {
  const isPerson = (await git(cwd, ['var', 'GIT_COMMITTER_IDENT'], options)).code === 0;
  const signing = await git(cwd, ['config', '--type=bool', 'commit.gpgSign'], options);
  return {
    env: { ...UNATTENDED, ...(isPerson ? {} : SWARM_AUTHOR) },
    isPerson,
    isSigned: signing.stdout.trim() === 'true',
  };
}
