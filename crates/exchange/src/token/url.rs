//! From what a service answers to a `GET`, as a whole or one field of it.

use shorepass_core::{exchange::ExchangeError, token::UrlSource};

use super::{env::of_variable, fetched::Fetched, missing, of_json};
use crate::{
    deadline::Progress,
    http::{
        self,
        call::{Answer, Call},
    },
};

pub(super) async fn fetch(source: &UrlSource, progress: &Progress) -> Result<Fetched, ExchangeError> {
    progress.waits_for(SERVICE);
    let mut call = Call::get(SERVICE, &source.url);
    if let Some(variable) = &source.bearer_variable {
        call = call.header("authorization", format!("Bearer {}", of_variable(variable)?));
    }
    let answer = answered(call).await?;
    Ok(Fetched::dated(text_of(&answer, source.field.as_deref())?, answer.clocks.there))
}

/// What a service answers.
async fn answered(call: Call) -> Result<Answer, ExchangeError> {
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    if !answer.is_success() {
        return Err(missing(format!("the token service refused (HTTP {})", answer.status))
            .with_hint("check the URL of the token and what it wants to see"));
    }
    Ok(answer)
}

fn text_of(answer: &Answer, field: Option<&str>) -> Result<String, ExchangeError> {
    match field {
        None => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        Some(field) => of_json(&answer.body, field)
            .ok_or_else(|| missing(format!("the answer of the token service has no field `{field}`"))),
    }
}

const SERVICE: &str = "the token service";
