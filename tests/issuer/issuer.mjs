// An OpenID provider that nobody here wrote (oauth2-mock-server), as CI systems run one, at a free port of 127.0.0.1.
//
// It prints `{"url": …}` once it listens, and ends when its standard input closes. Discovery, keys and signatures are the
// provider's; ours are the orders under /control/ (orders.mjs) and GitHub's token endpoint (github.mjs).
import { createServer } from "node:http";

import { Keys } from "./keys.mjs";
import { Jobs } from "./github.mjs";
import { orders } from "./orders.mjs";

const server = createServer((request, response) => {
    answer(request, response).catch((error) => reply(response, 500, { error: error.message }));
});

server.listen(0, "127.0.0.1", async () => {
    const url = `http://127.0.0.1:${server.address().port}`;
    keys = await Keys.of(url);
    jobs = new Jobs(url, keys);
    console.log(JSON.stringify({ url }));
});

process.stdin.on("close", () => process.exit(0)).resume();

let keys;
let jobs;

async function answer(request, response) {
    const url = new URL(request.url, keys.url);
    const order = url.pathname.startsWith("/control/") && orders[url.pathname.slice("/control/".length)];
    if (order) {
        return reply(response, 200, await order(keys, jobs, await bodyOf(request)));
    }
    if (url.pathname === Jobs.path) {
        return reply(response, ...(await jobs.answer(request, url)));
    }
    keys.service.requestHandler(request, response);
}

async function bodyOf(request) {
    const parts = [];
    for await (const part of request) {
        parts.push(part);
    }
    return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

function reply(response, status, body) {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
