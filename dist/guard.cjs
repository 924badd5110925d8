"use strict";var e=!1;process.stdin.on("data",()=>{e=!0}).once("end",()=>{e||require("./cli.cjs")});
