"use strict";var o=require("node:fs"),n=require("node:path"),e=process.env.CLAUDE_ENV_FILE,i=(0,n.resolve)(__dirname,"..","bin");if(e){let r=`'${i.replaceAll("'","'\\''")}'`;(0,o.appendFileSync)(e,`export PATH=${r}:"$PATH"
`,{mode:384})}
