//! The person's command line: exit codes, the shapes that scripts rely on, and what the doctor finds.

mod broker;
mod doctor;
mod doctor_clients;
mod exit_codes;
mod explain;
mod renewal;
mod setup;
mod status;

use shorepass_tests::cloud::aws::Aws;

/// From now on `alice` may not do this.
fn deny(cloud: &Aws, action: &str) {
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny(action));
}
