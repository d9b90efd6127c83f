//! What is claimed of every kind. A claim starts the subject it needs and knows it by [`Subject`] only.
//!
//! Of a kind that calls nobody other things are claimed, in `handed_out`.
//!
//! [`Subject`]: super::subject::Subject

pub(super) mod bodies;
pub(super) mod handed_out;
pub(super) mod lives;
pub(super) mod offline;
pub(super) mod patience;
pub(super) mod proxies;
pub(super) mod refusals;
pub(super) mod secrets;
pub(super) mod sharing;
