// The provider's keys and what is signed with them. A key is added beside the old ones, or takes their place.
import { createRequire } from "node:module";
import { createHmac, randomUUID } from "node:crypto";

// tests/install/node.sh puts the packages there.
const require = createRequire(new URL("../.bed/node/", import.meta.url));
const { OAuth2Issuer, OAuth2Service } = require("oauth2-mock-server");

export class Keys {
    static async of(url) {
        const keys = new Keys();
        keys.url = url;
        await keys.replace();
        return keys;
    }

    // From now on there is one new key and no other.
    async replace() {
        const issuer = new OAuth2Issuer();
        issuer.url = this.url;
        this.current = (await issuer.keys.generate("RS256")).kid;
        this.issuer = issuer;
        this.service = new OAuth2Service(issuer);
    }

    // From now on a new key signs; the others are still published.
    async add() {
        this.current = (await this.issuer.keys.generate("RS256")).kid;
    }

    // A token with these claims beside the provider's own, for so many seconds, which may be over.
    async sign(claims, life, issuer = this.issuer) {
        const now = Math.floor(Date.now() / 1000);
        const start = Math.min(now, now + life - 60);
        const times = { iat: start, nbf: start, exp: now + life };
        const transform = (_header, payload) => Object.assign(payload, times, { jti: randomUUID() }, claims);
        return issuer.buildToken({ kid: this.current, scopesOrTransform: transform });
    }

    // By a key of somebody else who says that it is ours.
    async forge(claims, life) {
        const stranger = new OAuth2Issuer();
        stranger.url = this.url;
        await stranger.keys.generate("RS256", { kid: this.current });
        return this.sign(claims, life, stranger);
    }

    // Without a signature.
    async unsigned(claims, life) {
        return `${await this.body(claims, life, { alg: "none", typ: "JWT" })}.`;
    }

    // With the published key as if it were a shared secret.
    async confused(claims, life) {
        const body = await this.body(claims, life, { alg: "HS256", typ: "JWT", kid: this.current });
        const published = this.issuer.keys.toJSON().find((key) => key.kid === this.current);
        return `${body}.${createHmac("sha256", published.n).update(body).digest("base64url")}`;
    }

    async body(claims, life, header) {
        const [, payload] = (await this.sign(claims, life)).split(".");
        return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}`;
    }
}
