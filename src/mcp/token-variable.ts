/** Holds the bearer token for requests over HTTP. */
export const TOKEN_VARIABLE = 'SWARM_MCP_TOKEN';
