//! What one exchange costs in its worker: time from start to end, and memory at its peak, by cloud.
//!
//! The worker is run as the broker runs it, against a fake that answers at once, so that what is left is ours.

use std::io;

use shorepass_core::{
    access::Access,
    exchange::{ExchangeRequest, StoredLogin, WorkerRequest},
    identity::{AwsIdentity, AzureIdentity, GoogleIdentity, Identity},
    kind::{AcrCloud, AcrTarget, ArtifactRegistryTarget, EcrTarget, Target},
};

use super::{
    Plan,
    figures::{ms, ratio},
    stopwatch::{Runner, median_peak_kb, take_turns},
    table::Table,
};
use crate::{
    bed::Bed,
    cloud::{aws::Aws, azure::Azure, google::Google},
};

pub(super) fn measure(_plan: &Plan, table: &mut Table) -> io::Result<()> {
    let (aws, google, azure) = (Aws::start()?, Google::start()?, Azure::start()?);
    let (aws_bed, google_bed, mut azure_bed) = (Bed::of(&aws, "alice"), Bed::new(), Bed::new());
    let mut runners =
        [of_aws(&aws_bed)?, of_google(&google, &google_bed)?, of_azure(&azure, &mut azure_bed)?];

    take_turns(5, &mut runners.each_mut(), |_| Ok(()))?;
    runners.iter_mut().for_each(Runner::forget);
    take_turns(ROUNDS, &mut runners.each_mut(), |_| Ok(()))?;

    let [aws, google, azure] = runners.each_mut().map(|runner| runner.times.median());
    let [aws_kb, google_kb, azure_kb] = runners.each_mut().map(median_peak_kb);
    let aws_kb = aws_kb?;
    for (cloud, time, kb) in [("Google", google, google_kb?), ("Azure", azure, azure_kb?)] {
        let beside = format!("{} beside {}", ms(time), ms(aws));
        table.tell(&format!("a worker for {cloud} / for ECR, time"), ratio(time, aws), "×", beside);
        let beside = format!("{kb} kB beside {aws_kb} kB");
        table.tell(
            &format!("a worker for {cloud} / for ECR, peak memory"),
            kb as f64 / aws_kb as f64,
            "×",
            beside,
        );
    }
    Ok(())
}

fn of_aws(bed: &Bed) -> io::Result<Runner> {
    let target = EcrTarget {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        partition: "aws".into(),
        fips: false,
        dual_stack: false,
        endpoint: None,
        pull_through_cache: false,
    };
    worker(bed, Target::Ecr(target), Identity::Aws(AwsIdentity::default()))
}

/// A service account's key: a signature and one call.
fn of_google(google: &Google, bed: &Bed) -> io::Result<Runner> {
    let key = google.credential_files().service_account("puller@shore.iam.gserviceaccount.com");
    let identity = GoogleIdentity {
        credentials_file: Some(bed.write("key.json", &key.to_string())),
        trusted_hosts: vec![google.address().to_string()],
        ..GoogleIdentity::default()
    };
    worker(bed, Target::ArtifactRegistry(ArtifactRegistryTarget {}), Identity::Google(identity))
}

/// An application's secret: Entra, the registry's challenge, and its exchange.
fn of_azure(azure: &Azure, bed: &mut Bed) -> io::Result<Runner> {
    azure.stand_in_for("shorepass.azurecr.io");
    for (name, value) in azure.environment_with_secret("build") {
        bed.set(name, &value);
    }
    let target =
        AcrTarget { host: azure.address().to_string(), cloud: AcrCloud::Public, endpoint: Some(azure.url()) };
    worker(bed, Target::Acr(target), Identity::Azure(AzureIdentity::default()))
}

fn worker(bed: &Bed, target: Target, identity: Identity) -> io::Result<Runner> {
    let access = Access::Full;
    let request = WorkerRequest::Exchange(Box::new(ExchangeRequest {
        target,
        identity,
        access,
        repositories: Vec::new(),
        must_narrow: false,
        known: Vec::new(),
        login: StoredLogin::None,
        hand_on: None,
    }));
    let input = bed.write("request", &format!("{}\n", serde_json::to_string(&request)?));
    Ok(Runner::new(bed.command("shorepass-exchange", &[]), &input))
}

const ROUNDS: usize = 40;
