"use strict";
// GitHub's side of a step: its inputs, its files for variables and state, its commands on standard output.
// What others wrote never reaches standard output unescaped, because a line of it could be a command.

const { appendFileSync } = require("node:fs");
const { randomUUID } = require("node:crypto");

/** A failure with words for the person, of which the last lines may be copied. */
class Problem extends Error {
    constructor(message, ...hint) {
        super([message, ...hint].join("\n"));
    }
}

function input(name) {
    return (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

function list(name) {
    return input(name).split(/[\s,]+/).filter((word) => word !== "");
}

function variable(name) {
    const value = process.env[name];
    if (!value) {
        throw new Problem(`\`${name}\` is not set: this runs as a step of GitHub Actions`);
    }
    return value;
}

function exportVariable(name, value) {
    append("GITHUB_ENV", name, value);
}

function saveState(name, value) {
    append("GITHUB_STATE", name, value);
}

function state(name) {
    return process.env[`STATE_${name}`] ?? "";
}

function addPath(folder) {
    appendFileSync(variable("GITHUB_PATH"), `${folder}\n`);
}

function mask(secret) {
    for (const line of (secret ?? "").split("\n").filter((line) => line !== "")) {
        command("add-mask", line);
    }
}

/** Shows what a program said, in which nothing counts as a command. */
function show(text) {
    const end = randomUUID();
    process.stdout.write(`::stop-commands::${end}\n${text.trimEnd()}\n::${end}::\n`);
}

function fail(error) {
    command("error", error instanceof Problem ? error.message : `shorepass: ${error.message}`);
    process.exitCode = 1;
}

function command(name, text) {
    const escaped = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
    process.stdout.write(`::${name}::${escaped}\n`);
}

// The end is random, so that no value can end itself and set another variable.
function append(file, name, value) {
    const end = randomUUID();
    appendFileSync(variable(file), `${name}<<${end}\n${value}\n${end}\n`);
}

module.exports = { Problem, input, list, variable, exportVariable, saveState, state, addPath, mask, show, fail };
