//! The real programs, run as a user's tools run them, against the strict fake cloud.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod crowd;
mod transcripts;

/// A private registry of the standard world's first account.
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
