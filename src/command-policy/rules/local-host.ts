/** An argument that names a registry or service on this machine. */
export const LOCAL_HOST =
  /^(?:[\w+.-]+:\/\/)?(?:[^/@]*@)?(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?:[:/]|$)/;
