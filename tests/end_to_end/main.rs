//! The real programs, run as a user's tools run them, against the strict fake cloud.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod artifactory;
mod azure;
mod broker_life;
mod canary;
mod command_line;
mod configuration;
mod conformance;
mod crowd;
mod docker_hub;
mod exec;
mod fallback;
mod front_doors;
mod github;
mod gitlab;
mod google;
mod harbor;
mod hosts;
mod issuer;
mod lifetimes;
mod logins;
mod narrow;
mod oauth2_registry;
mod packaging;
mod quay;
mod ruled;
mod second_opinion;
mod sharing;
mod sources;
mod stored;
mod token_exchange;
mod tokens;
mod transcripts;
mod trust;
mod vault;
mod wire;

/// A private registry of the standard world's first account.
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// Longer than anything should take, and longer than the fake cloud is waited for.
const LONG: std::time::Duration = std::time::Duration::from_secs(20);
