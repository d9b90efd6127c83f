//! `ecr-public`: the one public registry, with a rule that wants to hear of failures.

use shorepass_tests::{authority::ServerCertificate, cloud::aws::Service};

use super::{
    super::subject::Subject,
    amazon::{Amazon, cloud},
};

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    Box::new(Amazon {
        cloud: cloud(certificate),
        service: Service::EcrPublic,
        host: "public.ecr.aws",
        call: "ecr-public:GetAuthorizationToken",
        rules: "[[registry]]\nmatch = \"public.ecr.aws\"\nanonymous = \"never\"\n",
    })
}
