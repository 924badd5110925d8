import * as z from 'zod/mini';

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/**
 * A path below `.claude`, with `/`. The manifest may come with a cloned repository, and what it
 * names is deleted: no segment may be `..` or empty, and only these directories hold our files.
 */
const path = z
  .string()
  .check(
    z.regex(
      /^(?:swarm-parallel|commands|agents)(?:\/\.?[\w-][\w.-]*)+$/,
      'a path in swarm-parallel/, commands/ or agents/',
    ),
  );

/** `.claude/swarm-parallel/install.json`: what `swarm install` did to a repository. */
export const installManifest = z.strictObject({
  manifest: z.literal(1),
  version: z.string(),
  files: z.array(
    z.strictObject({
      path,
      sha256,
      /** What the version before wrote. It is ours as well, should an update have been cut off. */
      replaced: z.nullable(sha256),
    }),
  ),
  /** Directories that were made, `""` for `.claude` itself; outer ones first. */
  directories: z.array(z.union([z.literal(['', 'commands', 'agents', 'swarm-parallel']), path])),
  settings: z.strictObject({
    /** The events that got entries. */
    events: z.array(z.string()),
    /** Hash of `settings.json` as it was written. */
    sha256,
    /** Hash of `settings.json` before; null when there was none. */
    before: z.nullable(sha256),
  }),
});
export type InstallManifest = z.infer<typeof installManifest>;
