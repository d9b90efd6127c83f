//! `ecr`: a private registry of alice's and bob's account.

use shorepass_tests::{authority::ServerCertificate, cloud::aws::Service};

use super::{
    super::subject::Subject,
    amazon::{Amazon, cloud},
};
use crate::ECR;

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    Box::new(Amazon {
        cloud: cloud(certificate),
        service: Service::Ecr,
        host: ECR,
        call: "ecr:GetAuthorizationToken",
        rules: "",
    })
}
