//! The bodies of the control path's orders. An unknown field is an error: a mistyped knob must not pass.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;

use crate::cloud::aws::{imds::InstanceMood, knobs::Knobs, operation::Service};
use crate::cloud::fault::{Fault, Times};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    registry_token_life_ms: Option<u64>,
    /// 0 is as the caller asks.
    session_life_ms: Option<u64>,
    sign_in_life_ms: Option<u64>,
    clock_ahead_ms: Option<i64>,
    #[serde(default)]
    latency_ms: BTreeMap<String, u64>,
    instance: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fail {
    service: String,
    /// `error`, `throttle`, `hang-up`, `garbage`, `huge` or `silence`.
    kind: String,
    code: Option<String>,
    status: Option<u16>,
    after_ms: Option<u64>,
    size: Option<usize>,
    /// Until healed when absent.
    times: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heal {
    pub(super) service: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    pub(super) username: String,
    pub(super) password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) issuer: Option<String>,
    pub(super) subject: String,
    pub(super) audience: Option<String>,
    pub(super) life_s: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    pub(super) session: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserCode {
    pub(super) user_code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deny {
    pub(super) principal: String,
    pub(super) action: String,
}

impl Set {
    pub(super) fn obey(self, knobs: &Knobs) -> Result<(), String> {
        let millis = Duration::from_millis;
        if let Some(life) = self.registry_token_life_ms {
            knobs.registry_token_life(millis(life));
        }
        if let Some(life) = self.session_life_ms {
            knobs.session_life((life > 0).then(|| millis(life)));
        }
        if let Some(life) = self.sign_in_life_ms {
            knobs.sign_in_life(millis(life));
        }
        if let Some(ahead) = self.clock_ahead_ms {
            knobs.clock_ahead_ms(ahead);
        }
        for (name, wait) in self.latency_ms {
            knobs.latency(service(&name)?, millis(wait));
        }
        if let Some(mood) = self.instance {
            knobs.instance(instance(&mood)?);
        }
        Ok(())
    }
}

impl Fail {
    pub(super) fn obey(self, knobs: &Knobs) -> Result<(), String> {
        let after = Duration::from_millis(self.after_ms.unwrap_or(1000));
        let fault = match self.kind.as_str() {
            "error" => {
                let code = self.code.ok_or("an error needs a `code`")?;
                self.status.map_or_else(|| Fault::code(&code), |status| Fault::status(status, &code))
            }
            "throttle" => Fault::Throttle(after),
            "hang-up" => Fault::HangUp,
            "garbage" => Fault::Garbage,
            "huge" => Fault::Huge(self.size.unwrap_or(16 * 1024 * 1024)),
            "silence" => Fault::Silence(after),
            _ => return Err("there is no such kind of fault".into()),
        };
        knobs.fail(service(&self.service)?, fault, self.times.map_or(Times::UntilHealed, Times::Next));
        Ok(())
    }
}

pub(super) fn service(name: &str) -> Result<Service, String> {
    Service::named(name).ok_or_else(|| format!("there is no service `{name}`"))
}

fn instance(mood: &str) -> Result<InstanceMood, String> {
    match mood.split_once(':').unwrap_or((mood, "")) {
        ("well", _) => Ok(InstanceMood::Well),
        ("no-role", _) => Ok(InstanceMood::NoRole),
        ("disabled", _) => Ok(InstanceMood::Disabled),
        ("error-inside", code) => Ok(InstanceMood::ErrorInside(code.into())),
        ("nearly-expired", seconds) => {
            let seconds = seconds.parse().map_err(|_| "`nearly-expired:SECONDS` needs a number")?;
            Ok(InstanceMood::NearlyExpired(Duration::from_secs(seconds)))
        }
        _ => Err("there is no such mood".into()),
    }
}
