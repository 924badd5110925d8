/** The oldest version of Claude Code whose hooks and agents behave as this plugin needs. */
export const SUPPORTED_CLIENT = '2.1.198';

/** The oldest version of Node that runs the hooks; also in `engines` of the package. */
export const SUPPORTED_NODE = '20.19.0';
