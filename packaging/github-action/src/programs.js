"use strict";
// Where the programs are, and how they are run. An archive is unpacked only when it is the one that was asked for.

const { createHash } = require("node:crypto");
const { accessSync, constants, mkdirSync, readdirSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const { Problem, show } = require("./workflow");

/** The folder of `shorepass` and the helper. */
async function find(wanted, folder) {
    if (wanted.url !== "") {
        return inFolder(await unpacked(wanted, folder), "the archive");
    }
    if (wanted.path !== "") {
        return inFolder(path.resolve(wanted.path), "`path`");
    }
    const found = (process.env.PATH ?? "").split(path.delimiter).find(isWhole);
    if (!found) {
        throw new Problem("the programs are not on the PATH: set `path`, or `url` and `sha256`");
    }
    return found;
}

/** A function that runs `shorepass` with the job's own settings, and throws when it fails. */
function runner(programs, folder, settings) {
    const env = {
        ...process.env,
        ...settings,
        PATH: [programs, process.env.PATH].join(path.delimiter),
        XDG_STATE_HOME: path.join(folder, "state"),
    };
    return (words) => {
        const said = spawnSync(path.join(programs, "shorepass"), words, { env, encoding: "utf8", timeout: 60_000 });
        const text = said.error ? said.error.message : `${said.stdout}${said.stderr}`;
        if (said.status !== 0) {
            throw new Problem(`\`shorepass ${words.slice(0, 2).join(" ")}\` failed:`, text.trimEnd());
        }
        show(text);
    };
}

async function unpacked({ url, sha256 }, folder) {
    const archive = path.join(folder, "programs.tar.gz");
    const bytes = await fetched(url);
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
        throw new Problem("what `url` gave is not the archive that `sha256` names: nothing was unpacked");
    }
    const target = path.join(folder, "programs");
    mkdirSync(target);
    writeFileSync(archive, bytes, { mode: 0o600 });
    const said = spawnSync("tar", ["-xzf", archive, "-C", target, "--no-same-owner"], { encoding: "utf8" });
    if (said.status !== 0) {
        throw new Problem("the archive cannot be unpacked: it must be a .tar.gz");
    }
    return target;
}

// A redirect is followed, as release pages send them; the digest is what counts.
async function fetched(url) {
    const { protocol, hostname } = URL.canParse(url) ? new URL(url) : {};
    if (protocol !== "https:" && !(protocol === "http:" && hostname === "127.0.0.1")) {
        throw new Problem("`url` must begin with `https://`");
    }
    const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) }).catch(() => null);
    if (answer === null || !answer.ok) {
        throw new Problem(`the archive cannot be fetched: ${answer === null ? "no answer" : `HTTP ${answer.status}`}`);
    }
    return Buffer.from(await answer.arrayBuffer());
}

function inFolder(folder, whose) {
    const inside = isFolder(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
    const places = [folder, ...inside].flatMap((place) => [place, path.join(place, "bin")]);
    const found = places.find(isWhole);
    if (!found) {
        throw new Problem(`${whose} holds no \`shorepass\` with \`docker-credential-shorepass\` beside it`);
    }
    return found;
}

function isWhole(folder) {
    const names = ["shorepass", "docker-credential-shorepass", "shorepassd"];
    return path.isAbsolute(folder) && names.every((name) => isProgram(path.join(folder, name)));
}

function isProgram(file) {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

function isFolder(folder) {
    try {
        return readdirSync(folder) !== null;
    } catch {
        return false;
    }
}

module.exports = { find, runner };
