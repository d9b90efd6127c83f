"use strict";
// Makes a private folder for the job: config.toml, the clients' files, the broker's socket and logs. post.js removes it.
// Everything that later steps need goes through GITHUB_ENV and GITHUB_PATH, so no step has to know the folder.

const { mkdtempSync, rmSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const clients = require("./src/clients");
const configuration = require("./src/configuration");
const inputs = require("./src/inputs");
const programs = require("./src/programs");
const workflow = require("./src/workflow");

async function main() {
    const wanted = inputs.read();
    const folder = privateFolder();
    workflow.saveState("folder", folder);
    const found = await programs.find(wanted, folder);
    workflow.saveState("programs", found);

    const settings = {
        SHOREPASS_CONFIG: configuration.write(wanted, folder),
        SHOREPASS_SOCKET: path.join(folder, "broker.sock"),
        ...clients.copy(folder),
    };
    const run = programs.runner(found, folder, settings);
    run(["config", "check"]);
    run(["setup", "--", ...wanted.hosts]);
    run(["broker", "start"]);

    for (const name of Object.keys(settings)) {
        workflow.saveState(`before_${name}`, process.env[name] ?? "");
        workflow.exportVariable(name, settings[name]);
    }
    workflow.addPath(found);
    workflow.saveState("handed_over", "yes");
}

function privateFolder() {
    const temporary = workflow.variable("RUNNER_TEMP");
    const folder = mkdtempSync(path.join(temporary, "shorepass-"));
    if (Buffer.byteLength(path.join(folder, "broker.sock")) <= LONGEST_SOCKET) {
        return folder;
    }
    rmSync(folder, { recursive: true });
    return mkdtempSync(path.join(os.tmpdir(), "shorepass-"));
}

// macOS takes 104 bytes with the zero behind them.
const LONGEST_SOCKET = 100;

main().catch(workflow.fail);
