//! Behind a proxy that is the only way out, and behind certificates of a house's own.
//!
//! Loopback is no exception to the proxy, as it is for some clients: `NO_PROXY` alone says what is.

use shorepass_tests::{
    authority::Authority,
    bed::{Bed, Said},
};
use tempfile::TempDir;

use super::super::{
    subject::{MARK, Start, Subject, bed, get, owner, reason},
    tinyproxy::{PASSWORD, Tinyproxy, USER},
};

pub(in super::super) fn a_call_goes_by_the_proxy(start: Start) {
    let house = House::open(start, PASSWORD);

    let _ = owner(&*house.subject, &house.get());

    assert!(house.tunnels() > 0, "{}", house.proxy.log());
}

pub(in super::super) fn an_exempt_host_is_called_directly(start: Start) {
    let mut house = House::open(start, PASSWORD);
    house.bed.set("NO_PROXY", "registry.example,127.0.0.1");

    let _ = owner(&*house.subject, &house.get());

    assert_eq!(house.tunnels(), 0, "{}", house.proxy.log());
}

pub(in super::super) fn a_proxy_that_refuses_is_named_and_its_password_is_not(start: Start) {
    let house = House::open(start, MARK);

    let said = house.get();

    let line = reason(house.subject.host(), &said);
    assert!(line.contains("the proxy did not open the way") && line.contains("`HTTPS_PROXY`"), "{line}");
    assert!(!line.contains(MARK), "{line}");
    assert!(house.subject.cloud().counts().is_empty());
}

pub(in super::super) fn a_certificate_of_a_stranger_is_named(start: Start) {
    let mut house = House::open(start, PASSWORD);
    let stranger = Authority::new(&house.folder.path().join("stranger")).unwrap();
    house.bed.set("SSL_CERT_FILE", stranger.ca_file().to_str().unwrap());

    let said = house.get();

    let line = reason(house.subject.host(), &said);
    assert!(line.contains("its TLS certificate is not trusted; "), "{line}");
    assert!(line.contains("`SSL_CERT_FILE`"), "{line}");
    assert!(house.subject.cloud().counts().is_empty());
}

/// A cloud with TLS, a caller who trusts it, and the proxy on the way.
struct House {
    subject: Box<dyn Subject>,
    bed: Bed,
    proxy: Tinyproxy,
    folder: TempDir,
}

impl House {
    fn open(start: Start, password: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path()).unwrap();
        let subject = start(Some(&authority.issue(&[]).unwrap()));
        let proxy = Tinyproxy::start(folder.path());
        let mut bed = bed(&*subject);
        bed.set("SSL_CERT_FILE", authority.ca_file().to_str().unwrap());
        bed.set("HTTPS_PROXY", &format!("http://{USER}:{password}@{}", proxy.address()));
        Self { subject, bed, proxy, folder }
    }

    fn get(&self) -> Said {
        get(&*self.subject, &self.bed)
    }

    /// How many tunnels to the cloud the proxy has been asked for.
    fn tunnels(&self) -> usize {
        self.proxy.tunnels(self.subject.cloud().address())
    }
}
