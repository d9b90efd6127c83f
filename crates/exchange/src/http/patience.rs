//! Who asks to be left alone is not asked again at once: the SDK's own retries do not read `Retry-After`.

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction},
};

/// Forbids the SDK's retries after an answer with `Retry-After`; the broker obeys that.
#[derive(Debug)]
pub(crate) struct Patience;

impl ClassifyRetry for Patience {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response() {
            Some(answer) if answer.headers().get("retry-after").is_some() => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "Patience"
    }
}
