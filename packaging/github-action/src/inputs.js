"use strict";
// The step's inputs, read once and refused where they contradict each other. What a value may be is for
// `shorepass config check` to say; here only hosts are looked at, because they become arguments.

const { Problem, input, list, mask } = require("./workflow");

function read() {
    const wanted = {
        hosts: list("registry"),
        path: input("path"),
        url: input("url"),
        sha256: input("sha256").toLowerCase(),
        config: process.env.INPUT_CONFIG ?? "",
        cloud: cloud(),
        audience: input("audience"),
        access: input("access"),
        repositories: list("repositories"),
        narrow: input("narrow"),
    };
    checkHosts(wanted.hosts);
    checkPlace(wanted);
    checkConfig(wanted);
    if (wanted.cloud !== null || GITHUB_TOKEN.test(wanted.config)) {
        checkPermission();
    }
    return wanted;
}

function cloud() {
    const aws = { type: "aws", role_arn: input("aws-role-arn") };
    const google = {
        type: "google",
        provider: input("google-provider"),
        service_account: input("google-service-account"),
    };
    const azure = { type: "azure", client_id: input("azure-client-id"), tenant_id: input("azure-tenant-id") };
    const named = [aws, google, azure].filter((one) => Object.values(one).slice(1).some((value) => value !== ""));
    if (named.length > 1) {
        throw new Problem("inputs of two clouds are set: write both into `config`");
    }
    if (google.service_account !== "" && google.provider === "") {
        throw new Problem("`google-service-account` needs `google-provider`");
    }
    if ((azure.client_id === "") !== (azure.tenant_id === "")) {
        throw new Problem("`azure-client-id` and `azure-tenant-id` belong together");
    }
    return named[0] ?? null;
}

function checkHosts(hosts) {
    if (hosts.length === 0) {
        throw new Problem("the input `registry` is empty: name the hosts, one per line");
    }
    if (!hosts.every((host) => HOST.test(host))) {
        throw new Problem("every line of `registry` must be a host such as `ghcr.io`, with its port if it has one");
    }
}

function checkPlace({ path, url, sha256 }) {
    if (path !== "" && url !== "") {
        throw new Problem("`path` and `url` exclude each other");
    }
    if ((url === "") !== (sha256 === "")) {
        throw new Problem("`url` and `sha256` belong together");
    }
    if (sha256 !== "" && !/^[0-9a-f]{64}$/.test(sha256)) {
        throw new Problem("`sha256` must be 64 hexadecimal digits");
    }
}

function checkConfig({ config, cloud, audience, access, repositories, narrow }) {
    const isSimple = cloud !== null || [audience, access, ...repositories, narrow].some((value) => value !== "");
    if (config.trim() !== "" && isSimple) {
        throw new Problem("`config` stands alone: the cloud's inputs, `access`, `repositories` and `narrow` go into it");
    }
    if (audience !== "" && cloud === null) {
        throw new Problem("`audience` is of no use without a cloud's inputs");
    }
}

function checkPermission() {
    if (!process.env.ACTIONS_ID_TOKEN_REQUEST_URL || !process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
        throw new Problem(
            "GitHub gives the job no identity token: the permission is missing, or a fork's pull request started it;" +
                " add to the job:",
            "    permissions:",
            "      contents: read",
            "      id-token: write",
        );
    }
    mask(process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

const HOST = /^[A-Za-z0-9[][A-Za-z0-9.:[\]-]*$/;
const GITHUB_TOKEN = /^\s*from\s*=\s*["']github-actions["']/m;

module.exports = { read };
