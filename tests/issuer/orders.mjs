// What tests may order of the provider, by POST with JSON.
export const orders = {
    // {claims, life, by}: a token. `by` is `key`, `stranger`, `nobody` or `secret`.
    sign: async (keys, _jobs, { claims, life, by }) => {
        const way = { key: "sign", stranger: "forge", nobody: "unsigned", secret: "confused" }[by ?? "key"];
        return { token: await keys[way](claims, life ?? 300) };
    },
    // A new key beside the others.
    add: async (keys) => {
        await keys.add();
        return {};
    },
    // A new key in place of the others.
    replace: async (keys) => {
        await keys.replace();
        return {};
    },
    // {repository, …}: a job of GitHub Actions; what its environment would hold.
    job: async (_keys, jobs, claims) => jobs.begin(claims),
    // How often jobs have asked.
    asked: async (_keys, jobs) => ({ count: jobs.asked }),
};
