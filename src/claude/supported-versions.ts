/** The oldest Claude Code whose hooks and agents behave as this plugin needs. */
export const SUPPORTED_CLIENT = '2.1.198';

/** The oldest Node that runs the hooks; the same as in `engines` of package.json. */
export const SUPPORTED_NODE = '20.19.0';
