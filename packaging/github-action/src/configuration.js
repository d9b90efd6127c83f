"use strict";
// Writes config.toml: the one that was given, or a simple one, in which every value is a TOML string and nothing else.

const { writeFileSync } = require("node:fs");
const path = require("node:path");

function write(wanted, folder) {
    const file = path.join(folder, "config.toml");
    const text = wanted.config.trim() === "" ? simple(wanted) : wanted.config;
    writeFileSync(file, text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600, flag: "wx" });
    return file;
}

// A login of the job is not kept: the vault is the runner's user's, and the next job would find it there.
function simple({ hosts, cloud, audience, access, repositories, narrow }) {
    const tables = [table("[vault]", { store: "none" })];
    if (cloud !== null) {
        const { type, ...keys } = cloud;
        tables.push(table("[token.ci]", { from: "github-actions", audience: audience || expected(cloud) }));
        tables.push(table("[identity.ci]", { type, token: "ci", ...keys }));
    }
    const rule = { identity: cloud === null ? "" : "ci", access, repositories, narrow };
    if (Object.values(rule).some((value) => value.length > 0)) {
        tables.push(...hosts.map((host) => table("[[registry]]", { match: host, ...rule })));
    }
    return tables.join("\n");
}

// What each cloud takes when nobody has said anything else to it.
function expected({ type, provider }) {
    const name = (provider ?? "").replace(/^(https:)?\/\/iam\.googleapis\.com\//, "");
    return {
        aws: "sts.amazonaws.com",
        google: `https://iam.googleapis.com/${name}`,
        azure: "api://AzureADTokenExchange",
    }[type];
}

function table(head, keys) {
    const set = Object.entries(keys).filter(([, value]) => value.length > 0);
    return [head, ...set.map(([key, value]) => `${key} = ${literal(value)}`), ""].join("\n");
}

// JSON's strings are TOML's basic strings, but for the one control character that JSON leaves as it is.
function literal(value) {
    return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

module.exports = { write };
