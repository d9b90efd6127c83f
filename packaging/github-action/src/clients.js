"use strict";
// Private copies of the clients' files, so that logins and settings of earlier steps go on working and no file of
// the runner's user is touched. What lies beside them and holds no login (plugins, engines, builders, keys) is linked.

const { copyFileSync, chmodSync, existsSync, mkdirSync, symlinkSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

function copy(folder) {
    const docker = path.join(folder, "docker");
    const before = process.env.DOCKER_CONFIG || path.join(os.homedir(), ".docker");
    mkdirSync(docker, { mode: 0o700 });
    copyFile(path.join(before, "config.json"), path.join(docker, "config.json"));
    for (const name of LINKED.filter((name) => existsSync(path.join(before, name)))) {
        symlinkSync(path.join(before, name), path.join(docker, name));
    }

    const auth = path.join(folder, "auth.json");
    const runtime = process.env.XDG_RUNTIME_DIR;
    const written = runtime ? path.join(runtime, "containers", "auth.json") : "";
    copyFile(process.env.REGISTRY_AUTH_FILE || written, auth);
    return { DOCKER_CONFIG: docker, REGISTRY_AUTH_FILE: auth };
}

function copyFile(from, to) {
    if (from !== "" && existsSync(from)) {
        copyFileSync(from, to);
        chmodSync(to, 0o600);
    }
}

const LINKED = ["cli-plugins", "contexts", "buildx", "trust", "ca.pem", "cert.pem", "key.pem"];

module.exports = { copy };
