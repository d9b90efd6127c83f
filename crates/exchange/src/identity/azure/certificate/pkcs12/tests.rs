use std::{io::Write as _, num::NonZeroU32, path::Path, process::Command, slice::from_ref, time::UNIX_EPOCH};

use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::{
    super::Certificate,
    derivation::{Purpose, derive},
    *,
};

#[test]
fn what_openssl_writes_is_opened() {
    let made = Made::new();

    for options in [
        &[][..],
        &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
        &["-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC", "-macalg", "sha384"],
        &["-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC", "-macalg", "sha512"],
        &["-certpbe", "NONE", "-keypbe", "NONE"],
        &["-name", "build", "-nomaciter"],
    ] {
        for password in ["hunter2", "pässwörd", ""] {
            let contents = open(&made.file(password, options), password).unwrap();

            assert_eq!(contents.certificates, from_ref(&made.certificate));
            assert_eq!(contents.key.unwrap().secret_der(), made.key.serialize_der(), "{options:?}");
        }
    }
}

#[test]
fn certificates_under_rc2_are_opened() {
    for recorded in [RC2_40, RC2_128] {
        let file = STANDARD.decode(recorded).unwrap();

        let contents = open(&file, "hunter2").unwrap();

        assert_eq!(contents.certificates.len(), 1);
        assert!(contents.key.is_none());
        assert_eq!(open(&file, "canary").err(), Some(WRONG_PASSWORD));
    }
}

#[test]
fn an_empty_password_may_be_none_at_all() {
    let options = ["-certpbe", "NONE", "-keypbe", "NONE"];
    let file = Made::new().file("", &options);
    let (mut outer, safe) = outermost(&file).unwrap();
    let mut mac = outer.sequence().unwrap();
    let mut info = mac.sequence().unwrap();
    info.sequence().unwrap();
    let (with_zero, salt) = (info.octets().unwrap(), mac.octets().unwrap());
    let mut key = [0; 32];
    derive(&digest::SHA256, Purpose::Mac, &[], salt, NonZeroU32::new(2048).unwrap(), &mut key);
    let without = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), safe);

    let contents = open(&replaced(&file, with_zero, without.as_ref()), "").unwrap();

    assert!(contents.key.is_some());
}

#[test]
fn a_wrong_password_is_told_from_a_damaged_file() {
    let made = Made::new();
    let file = made.file("hunter2", &[]);

    for password in ["", "canary", "hunter", "hunter22", "Hunter2"] {
        assert_eq!(open(&file, password).err(), Some(WRONG_PASSWORD));
    }
    assert_eq!(open(b"0canary", "").err(), Some(NEITHER));
    assert_eq!(open(&made.certificate, "").err(), Some(NEITHER));
    assert_eq!(open(&[], "").err(), Some(NEITHER));
    assert_eq!(open(&[0x30, 0x80, 2, 1, 3], "").err(), Some(OPEN));
    for end in (0..file.len()).step_by(7) {
        assert_eq!(open(&file[..end], "hunter2").err(), Some(NEITHER));
    }
}

#[test]
fn a_changed_byte_never_changes_what_is_found() {
    let made = Made::new();
    let file = made.file("hunter2", &["-iter", "1"]);

    for at in (0..file.len()).step_by(3) {
        let mut changed = file.clone();
        changed[at] ^= 0x10;

        if let Ok(contents) = open(&changed, "hunter2") {
            assert_eq!(contents.certificates, from_ref(&made.certificate), "{at}");
            assert_eq!(contents.key.unwrap().secret_der(), made.key.serialize_der(), "{at}");
        }
    }
}

#[test]
fn what_is_not_known_is_said() {
    let made = Made::new();

    for (options, why) in [
        (&["-certpbe", "CAMELLIA-256-CBC"][..], UNKNOWN),
        (&["-keypbe", "ARIA-128-CBC"], UNKNOWN),
        (&["-macalg", "sha512-256"], UNKNOWN),
        (&["-nomac"], NO_MAC),
    ] {
        assert_eq!(open(&made.file("hunter2", options), "hunter2").err(), Some(why), "{options:?}");
    }
}

#[test]
fn the_file_cannot_ask_for_endless_hashing() {
    let made = Made::new();
    let (often, seldom) =
        (made.file("hunter2", &["-iter", "65537"]), made.file("hunter2", &["-iter", "100"]));

    let endless = replaced(&often, &[2, 3, 1, 0, 1], &[2, 3, 0x7f, 0xff, 0xff]);
    let negative = replaced(&often, &[2, 3, 1, 0, 1], &[2, 3, 0xff, 0, 0]);
    let none = replaced(&seldom, &[2, 1, 100], &[2, 1, 0]);

    assert_eq!(open(&endless, "hunter2").err(), Some(TOO_LONG));
    assert_eq!(open(&negative, "hunter2").err(), Some(DAMAGED));
    assert_eq!(open(&none, "hunter2").err(), Some(DAMAGED));
}

#[test]
fn a_key_that_is_marked_for_signing_signs() {
    let made = Made::new();

    // Windows marks each key so, inside the encrypted part.
    let file = made.file("hunter2", &["-keysig", "-CSP", "Microsoft Software Key Storage Provider"]);

    let certificate = Certificate::parse(&file, "hunter2").unwrap();
    assert_eq!(certificate.chain, from_ref(&made.certificate));
    assert!(certificate.assert("app", "https://login.example/t", false, UNIX_EPOCH).is_ok());
}

struct Made {
    key: KeyPair,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl Made {
    fn new() -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let pem = format!("{}{}", key.serialize_pem(), certificate.pem());
        Self { key, certificate: certificate.der().clone(), pem }
    }

    /// Written by the `openssl` command.
    fn file(&self, password: &str, options: &[&str]) -> Vec<u8> {
        let mut pem = tempfile::NamedTempFile::new().unwrap();
        pem.write_all(self.pem.as_bytes()).unwrap();
        written(pem.path(), password, options)
    }
}

fn written(pem: &Path, password: &str, options: &[&str]) -> Vec<u8> {
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-passout", &format!("pass:{password}"), "-in"])
        .arg(pem)
        .args(options)
        .output()
        .expect("the `openssl` command must be installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

fn replaced(file: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = file.windows(old.len()).rposition(|window| window == old).unwrap();
    [&file[..at], new, &file[at + old.len()..]].concat()
}

/// Certificates without a key under `hunter2`, by `openssl pkcs12 -export -nokeys -legacy`: not every
/// `openssl` still writes them.
const RC2_40: &str = "\
    MIICRAIBAzCCAgoGCSqGSIb3DQEHAaCCAfsEggH3MIIB8zCCAe8GCSqGSIb3DQEHBqCCAeAwggHcAgEAMIIB1QYJKoZIhvcNAQ\
    cBMBwGCiqGSIb3DQEMAQYwDgQIabEe50oXQK8CAggAgIIBqIPItePw8bbNKHar4fMBAm8XqNDymx38sb6OY0DT640LKoqrYLnD\
    IYNK29+w0gLV8m71AWfJjb+xlSjpk8xWHraF4tTzpfuOCdfS+Kcl+XnmpkXMOgYi2LuDNu6QxnLbnS1BHuwYWXrMaHjIrSF+pX\
    aBwhq++/lk5h/h8PcB03Iq2twOVX8Jlb1lCg7E/NUzTStsNSP9apr1HxMFY+QLWyNdQK969bUfKgFpkLy6BLNtm2aMFImqOYrJ\
    6BDGanG/kebOo3307VvK9Oiaae/t7vsyKrh7YZMbv/KwKNfFT+YvaP2ZzEheHm9+Oy/2gmPMrwgOmNIXXUXOFpg5ebN+UIK0JT\
    J5zlr2CmtL/guak+2fVZ5GXfvYQgf0MalQiFOmWYu0rRj9vskMTN4JbITVaFOQK3N62s2KhEq+ri5iq8OKzMHBZ1tUTut2l43V\
    GzLsI47O874R+nVIXKs1BW4ZUEiKmkt8bo2sBfTmrjXv8itLXg4AziK0wZC2kxtqqm7nPMSBywX8BVIEOgEkd9MGTd5Qrujojw\
    T7iHVTxzstwU0Mc6DpjdJ36VowMTAhMAkGBSsOAwIaBQAEFMP8epNDoo4cmlFc3SsZEj9x3iCPBAjmbF0eQcZ2BQICCAA=";
const RC2_128: &str = "\
    MIICRAIBAzCCAgoGCSqGSIb3DQEHAaCCAfsEggH3MIIB8zCCAe8GCSqGSIb3DQEHBqCCAeAwggHcAgEAMIIB1QYJKoZIhvcNAQ\
    cBMBwGCiqGSIb3DQEMAQUwDgQISUXMVDCsJ/UCAggAgIIBqFVx8tMEtCJx1mKH0tC7SBKCKt/O/SCqZYvIFBbYnZjvUJJ+weOc\
    gIiWeKrmOeMlQoJPG2SnonSvazfIkIY5KUpJcHj18FwdZUdiw0aiDaquZX117et0ykHT5Y6s1ua9nVfFNK4MRSs9Fd0AbrRjpv\
    5R6OrHa/KU2rGS+pe80VNuz4gUxd3avicUFlkx3WqUhZLhWWiC6FFgbBdV5onXkYAV6x5lYXJKEqYUOpW+P6B7LsRxMIGRyGCg\
    +N2MEYqrajPq+zFmSctJHaZCFQqrTi0UHcSLHN6SRak1kVhUo+Z3cMvnWGeoEmgPLaMQWXysLisRurXKWZkQAJuy8R7qMHxy7I\
    ph8R2+NsN+ozfM5j9OmemhzTJGRbJ0tcB9A9+IpZlSH8TejGbABT2lqI7mlXGhmdr9j0TQbOh0GRf0QTZDmX/16suAfqiaMvVJ\
    NrvRBsQaVLvS1HfOOeYW5RrkDm3vKZ3hHhD/xeVs/e71t0hidOwrc2W5T8y97OLVsBr7Pw9w4FKGvNjSSMBYGasUCIVXSgaYwN\
    CtZN5r2GWmSJZj9gdgWDjPNtowMTAhMAkGBSsOAwIaBQAEFFGSgHLmEMD+ErW1cUI5EnvtjFYIBAgiHUbl7Bwn9gICCAA=";
