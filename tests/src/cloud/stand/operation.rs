//! What a request turned out to want.

/// One thing that can be asked of a fake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation<S> {
    /// For faults and latency.
    pub service: S,
    /// As it is counted, such as `harbor:CreateRobot`.
    pub name: &'static str,
}

impl<S> Operation<S> {
    /// An operation of a service.
    #[must_use]
    pub fn new(service: S, name: &'static str) -> Self {
        Self { service, name }
    }
}
