//! The house rules: what may depend on what, and that the lists agree with the code.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arrows;
mod codes;
mod examples;
mod kinds;
mod kubelet;
mod packaging;
