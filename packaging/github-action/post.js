"use strict";
// Stops the broker, gives later steps their old settings back and removes the private folder, whatever main.js came to.

const { rmSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const programs = require("./src/programs");
const workflow = require("./src/workflow");

function post() {
    const folder = workflow.state("folder");
    if (!folder) {
        return;
    }
    try {
        const settings = { SHOREPASS_SOCKET: path.join(folder, "broker.sock") };
        if (workflow.state("programs")) {
            programs.runner(workflow.state("programs"), folder, settings)(["broker", "stop"]);
        }
    } finally {
        if (workflow.state("handed_over")) {
            giveBack();
        }
        rmSync(folder, { recursive: true, force: true });
    }
}

// The ends of earlier steps, such as a `docker logout`, come after this one and must see their own files.
function giveBack() {
    const usual = { DOCKER_CONFIG: path.join(os.homedir(), ".docker") };
    for (const name of ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "SHOREPASS_CONFIG", "SHOREPASS_SOCKET"]) {
        workflow.exportVariable(name, workflow.state(`before_${name}`) || usual[name] || "");
    }
}

try {
    post();
} catch (error) {
    workflow.fail(error);
}
