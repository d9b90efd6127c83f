// The token endpoint of GitHub Actions: a job shows the request token of its environment and names an audience.
import { randomBytes, randomUUID } from "node:crypto";

export class Jobs {
    static path = "/actions/idtoken";

    constructor(url, keys) {
        this.url = url;
        this.keys = keys;
        this.claims = new Map();
        this.asked = 0;
    }

    // A job of a repository on its main branch, unless the claims say something else.
    begin(claims) {
        const token = randomBytes(48).toString("base64url");
        this.claims.set(token, claimsOf(claims));
        return {
            ACTIONS_ID_TOKEN_REQUEST_URL: `${this.url}${Jobs.path}?api-version=2.0`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
        };
    }

    async answer(request, url) {
        this.asked += 1;
        const [scheme, token] = (request.headers.authorization ?? "").split(" ");
        const claims = scheme === "Bearer" && this.claims.get(token);
        const isToolkit = (request.headers["user-agent"] ?? "").includes("actions/oidc-client");
        if (request.method !== "GET" || !claims || !isToolkit || url.searchParams.get("api-version") !== "2.0") {
            return [401, { message: "Unauthorized" }];
        }
        const aud = url.searchParams.get("audience") ?? `https://github.com/${claims.repository_owner}`;
        return [200, { count: 1, value: await this.keys.sign({ ...claims, aud }, 300) }];
    }
}

function claimsOf(given) {
    const repository = given.repository ?? "shorepass/images";
    const [owner] = repository.split("/");
    const ref = given.ref ?? "refs/heads/main";
    const workflow = `${repository}/.github/workflows/build.yml@${ref}`;
    return {
        sub: `repo:${repository}:ref:${ref}`,
        repository,
        repository_owner: owner,
        repository_visibility: "private",
        ref,
        ref_type: "branch",
        sha: randomBytes(20).toString("hex"),
        event_name: "push",
        actor: "alice",
        workflow: "build",
        workflow_ref: workflow,
        job_workflow_ref: workflow,
        run_id: String(1_000_000 + Math.floor(Math.random() * 1_000_000)),
        run_number: "7",
        run_attempt: "1",
        runner_environment: "github-hosted",
        check_run_id: randomUUID(),
        ...given,
    };
}
